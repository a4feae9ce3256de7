// Prints the public types of an entry point as text.
//
// @microsoft/api-extractor 7.60.1 does not work here. By default it omits the members that an exported class inherits from
// an unexported one (NsgaIISampler from NsgaSampler). If it includes all reachable unexported types, the report of
// sampler-evolutionary has 995 lines instead of 474 and changes with internal state. It drops the `type` of a type-only
// re-export (`type Study` of asktell), and it fails with an internal error on `typeof import('./file.ts')`.
// This script uses TypeScript 6, because the native compiler has no JavaScript API.
import ts from 'typescript-api';

/** @typedef {{ specifier: string, folder: string, file: string }} Entry An entry point: its import specifier, the folder of its package, and its `.d.ts` file. */

const printer = ts.createPrinter({ removeComments: true });

/**
 * Reads the declarations of the build.
 * @param {readonly Entry[]} entries
 * @returns {readonly string[]} one report per entry: its re-exports, then its declarations, sorted by name
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
    const reExports = new Map();
    /** @type {Map<ts.Symbol, string>} the symbols to print, each with a preceding line */
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
        reExports.set(home, [...(reExports.get(home) ?? []), isType ? `type ${name}` : name]);
      }
    }
    const texts = [...reExports].sort().map(([from, names]) => `export { ${names.join(', ')} } from '${from}';`);
    /** @type {Set<string>} */
    const hidden = new Set();
    // The loop adds to the map. An unexported symbol is also shown if it is a base class or a type alias.
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

/** Prints a node without comments. @param {ts.Node} node */
const print = (node) => printer.printNode(ts.EmitHint.Unspecified, node, ts.getOriginalNode(node).getSourceFile());

/** @param {string} specifier */
const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** @param {ts.Symbol} symbol */
const fileOf = (symbol) => symbol.declarations?.[0]?.getSourceFile().fileName ?? '';

/**
 * The symbol that an export resolves to, and whether it can only be used as a type.
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

/** The statement of a declaration. @param {ts.Node} node */
const statementOf = (node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node);

/**
 * Removes the private members of a class, except a private constructor, which shows that `new` is not allowed.
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
 * The top-level symbols that a declaration refers to. The value is true for symbols that it extends.
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
