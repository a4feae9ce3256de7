// The public types of an entry point as text.
//
// @microsoft/api-extractor 7.60.1 was tried first. It does not show what an exported class inherits from one that is not
// exported (NsgaIISampler from NsgaSampler), unless it shows every unexported type that is reachable: then the report of
// sampler-evolutionary has 995 lines instead of 474, and every change of internal state shows. It loses the `type` of a
// type-only re-export (`type Study` of asktell), and it fails with an internal error on `typeof import('./file.ts')`.
// So the declarations are read here, with TypeScript 6: the native compiler has no API for JavaScript.
import ts from 'typescript-api';

/** @typedef {{ specifier: string, folder: string, file: string }} Entry An entry point: how it is imported, its package's folder, its `.d.ts`. */

const printer = ts.createPrinter({ removeComments: true });

/**
 * Reads the declarations that the build wrote.
 * @param {readonly Entry[]} entries
 * @returns {readonly string[]} a report for each entry: its re-exports, then its declarations, both by name
 */
export function apiReports(entries) {
  const program = ts.createProgram({
    rootNames: entries.map(({ file }) => file),
    options: { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, types: [] },
  });
  const checker = program.getTypeChecker();
  const modules = entries.map(({ file }) => {
    const source = program.getSourceFile(file);
    const symbol = source && checker.getSymbolAtLocation(source);
    if (symbol === undefined) throw new Error(`${file} exports nothing; run 'npm run build' first`);
    const exported = checker.getExportsOfModule(symbol).sort((a, b) => (a.name < b.name ? -1 : 1));
    return exported.map((alias) => ({ name: alias.name, ...resolved(alias, checker) }));
  });
  const isPublic = new Set(modules.flat().map(({ target }) => target));
  const packages = new Map(entries.map(({ folder, specifier }) => [`${folder}/`, packageOf(specifier)]));

  return entries.map(({ folder }, i) => {
    /** @type {Map<string, string[]>} exports that other packages declare, by package */
    const elsewhere = new Map();
    /** @type {Map<ts.Symbol, string>} what to print, each with a line that goes before it */
    const shown = new Map();
    const isOurs = (/** @type {ts.Symbol} */ symbol) => fileOf(symbol).startsWith(`${folder}/`);
    for (const { name, target, isType } of modules[i] ?? []) {
      if (isOurs(target)) {
        const typeOnly = isType && (target.flags & ts.SymbolFlags.Value) !== 0;
        const renamed = name === target.name ? name : `${target.name} as ${name}`;
        shown.set(target, typeOnly || name !== target.name ? `export ${typeOnly ? 'type ' : ''}{ ${renamed} };\n` : '');
      } else {
        const sibling = [...packages].find(([prefix]) => fileOf(target).startsWith(prefix))?.[1];
        const home = sibling ?? packageOf(fileOf(target).replace(/^.*\/node_modules\//, ''));
        elsewhere.set(home, [...(elsewhere.get(home) ?? []), isType ? `type ${name}` : name]);
      }
    }
    const texts = [...elsewhere].sort().map(([from, names]) => `export { ${names.join(', ')} } from '${from}';`);
    /** @type {Set<string>} */
    const hidden = new Set();
    // The map grows: what is not exported is shown too if users see its members, or if it only abbreviates a type.
    for (const [symbol, before] of shown) {
      const statements = [...new Set(symbol.declarations?.map(statementOf))].map(withoutPrivate);
      for (const node of statements) {
        for (const [used, isBase] of namesIn(node, checker)) {
          if (isPublic.has(used) || !isOurs(used) || shown.has(used)) continue;
          if (isBase || (used.flags & ts.SymbolFlags.TypeAlias) !== 0) shown.set(used, '');
          else hidden.add(used.name);
        }
      }
      const isExported = isPublic.has(symbol) && before === '';
      const printed = statements.map(print).map((text) => (isExported ? text : text.replace(/^export /, '')));
      texts.push(before + printed.join('\n'));
    }
    if (hidden.size > 0) texts.push(`// Named above, but not exported: ${[...hidden].sort().join(', ')}`);
    return texts.join('\n\n');
  });
}

/** @param {ts.Node} node without its comments */
const print = (node) => printer.printNode(ts.EmitHint.Unspecified, node, ts.getOriginalNode(node).getSourceFile());

/** @param {string} specifier */
const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** @param {ts.Symbol} symbol */
const fileOf = (symbol) => symbol.declarations?.[0]?.getSourceFile().fileName ?? '';

/**
 * What an export stands for in the end, and whether it can be used as a type only.
 * @param {ts.Symbol} exported
 * @param {ts.TypeChecker} checker
 */
function resolved(exported, checker) {
  let target = exported;
  let isType = false;
  while ((target.flags & ts.SymbolFlags.Alias) !== 0) {
    const specifier = target.declarations?.[0];
    isType ||= specifier !== undefined && ts.isTypeOnlyImportOrExportDeclaration(specifier);
    const next = specifier && ts.isExportSpecifier(specifier) && checker.getExportSpecifierLocalTargetSymbol(specifier);
    target = next || checker.getAliasedSymbol(target);
  }
  return { target, isType: isType || (target.flags & ts.SymbolFlags.Value) === 0 };
}

/** @param {ts.Node} node the whole statement, for a variable too */
const statementOf = (node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node);

/**
 * A class without its private members. A private constructor stays: it tells that `new` is not allowed.
 * @param {ts.Node} node
 */
function withoutPrivate(node) {
  if (!ts.isClassDeclaration(node)) return node;
  const members = node.members.filter(
    (member) =>
      (ts.isConstructorDeclaration(member) || (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) === 0) &&
      !(member.name !== undefined && ts.isPrivateIdentifier(member.name)),
  );
  const { modifiers, name, typeParameters, heritageClauses } = node;
  return ts.factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, members);
}

/**
 * What a declaration refers to by name and is declared at the top of some file; true for what it extends.
 * @param {ts.Node} root
 * @param {ts.TypeChecker} checker
 */
function namesIn(root, checker) {
  /** @type {Map<ts.Symbol, boolean>} */
  const found = new Map();
  /** @param {ts.Node} node @param {boolean} isBase */
  const visit = (node, isBase) => {
    let symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) symbol = checker.getAliasedSymbol(symbol);
    const declaration = symbol?.declarations?.[0];
    if (symbol !== undefined && declaration !== undefined && ts.isSourceFile(statementOf(declaration).parent))
      found.set(symbol, isBase || found.get(symbol) === true);
    const extended = ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ExtendsKeyword;
    ts.forEachChild(node, (child) => visit(child, extended || (isBase && ts.isExpressionWithTypeArguments(node))));
  };
  visit(root, false);
  return found;
}
