import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { apiReports } from '../scripts/api-report.mjs';

const temp = realpathSync(mkdtempSync(`${tmpdir()}/asktell-api-report-`));
afterAll(() => rmSync(temp, { recursive: true, force: true }));

/** Writes declaration files and returns the report on `index.d.ts`. */
function reportOn(files: { readonly [name: string]: string }): string | undefined {
  const folder = mkdtempSync(`${temp}/package-`);
  for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}/${name}`, text);
  return apiReports([{ specifier: 'pkg', folder, file: `${folder}/index.d.ts` }])[0];
}

test('the report has members, overloads and constructors, but no comments or private members', () => {
  const report = reportOn({
    'index.d.ts': "export * from './box.ts';",
    'box.d.ts': `
      /** A comment. */
      export declare class Box<T> {
        #private;
        private secret;
        private constructor();
        /** Another. */
        get size(): number;
        put(value: T): this;
        put(value: T, at: number): this;
      }
      export declare function box(): Box<number>;
      export declare function box<T>(value: T): Box<T>;
      export declare const limit: 5;`,
  });
  expect(report).toBe(`export declare class Box<T> {
    private constructor();
    get size(): number;
    put(value: T): this;
    put(value: T, at: number): this;
}

export declare function box(): Box<number>;
export declare function box<T>(value: T): Box<T>;

export declare const limit: 5;`);
});

test('the report has unexported declarations of the same file and the names of other unexported types', () => {
  const report = reportOn({
    'index.d.ts': "export { Child, type Only, inner as outer } from './child.ts';",
    'child.d.ts': `
      import type { State } from './state.ts';
      export declare class Base { readonly inherited: number; }
      type Name = string;
      export declare class Child extends Base { name: Name; state: State; }
      export declare class Only { }
      export declare const inner: number;`,
    'state.d.ts': 'export interface State { readonly hidden: true }',
  });
  expect(report).toBe(`export declare class Child extends Base {
    name: Name;
    state: State;
}

export type { Only };
declare class Only {
}

export { inner as outer };
declare const inner: number;

declare class Base {
    readonly inherited: number;
}

type Name = string;

// Named above, but not exported: State`);
});

test('an entry without exports is an error, because the build is missing', () => {
  expect(() => reportOn({ 'index.d.ts': '' })).toThrow(/exports nothing; run 'npm run build' first/);
});
