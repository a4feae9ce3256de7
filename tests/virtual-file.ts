import ts from 'typescript-api';
import { root } from '../scripts/workspace.mjs';

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  typeRoots: [`${root}/node_modules/@types`],
  customConditions: ['@asktell/source'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  noErrorTruncation: true,
  skipLibCheck: true,
};

/** What an editor knows about a file that exists in memory only, beside the sources of asktell. */
export class VirtualFile {
  readonly source: string;
  readonly #path: string;
  readonly #service: ts.LanguageService;

  /** @param source a module that imports from './index.ts' */
  constructor(name: string, source: string) {
    const path = `${root}/packages/asktell/src/${name}`;
    this.source = source;
    this.#path = path;
    const read = (file: string): string | undefined => (file === path ? source : ts.sys.readFile(file));
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [path],
      getScriptVersion: () => '0',
      getScriptSnapshot: (file) => {
        const text = read(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      fileExists: (file) => file === path || ts.sys.fileExists(file),
      readFile: read,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    });
  }

  /** The text that an editor shows when the pointer is on a position. */
  hover(position: number): string {
    const info = this.#service.getQuickInfoAtPosition(this.#path, position, 100_000);
    return ts.displayPartsToString(info?.displayParts).replace(/\s+/g, ' ');
  }

  /** The errors of the file, by position. */
  errors(): { readonly line: number; readonly text: string }[] {
    return this.#service.getSemanticDiagnostics(this.#path).map(({ start, messageText }) => ({
      line: this.lineOf(start ?? 0),
      text: ts.flattenDiagnosticMessageText(messageText, '\n'),
    }));
  }

  lineOf(position: number): number {
    return this.source.slice(0, position).split('\n').length;
  }

  /** Number of types that the compiler instantiated so far. */
  get instantiations(): number {
    return (this.#service.getProgram() as unknown as { getInstantiationCount(): number }).getInstantiationCount();
  }
}
