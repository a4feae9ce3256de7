// What editors and the compiler print about params: values, not the types from which they are inferred.
import { expect, test } from 'vitest';
import { VirtualFile } from './virtual-file.ts';

/** A study to point at. A comment marks a position. */
const source = `
import { categorical, createStudy, float, group, int, loadStudy, oneOf, where } from './index.ts';
const space = {
  x: float(0, 1),
  act: categorical(['relu', null, 3]),
  model: oneOf({ svm: { c: float(0, 1), k: oneOf({ rbf: { gamma: float(0, 1) }, linear: {} }) }, none: {} }),
  optimizer: group({ lr: float(1e-5, 1, { log: true }), steps: int(1, 9) }),
};
const study = await createStudy({ space: where(space, 'x < 0.5', (p) => /*where*/p.x < 1) });
const trial = await study.ask();
trial./*trial*/params;
const params = trial.params;
/*nested*/params;
const best = await study./*bestParams*/bestParams();
const /*best*/known = best!;
const plain = await createStudy();
plain./*plain*/bestParams;
const loaded = await loadStudy({ storage: 'study.db' });
const /*loaded*/stored = (await loaded.ask()).params;
const two = await createStudy({ space: { x: float(0, 1) }, directions: ['minimize', 'maximize'] });
two;

/*readonly*/trial.params.x = 3;
/*deep*/trial.params.optimizer.lr = 3;
trial.params./*unknown*/y;
await study.enqueue({ /*enqueue*/rate: 1 });
await two.optimize(/*one value*/() => 1);
await two./*best of two*/bestTrial();
(await two.bestTrials())[0]?.params./*front*/y;
`;

const file = new VirtualFile('printed-types.ts', source);

function positionOf(mark: string): number {
  const at = source.indexOf(`/*${mark}*/`);
  if (at < 0) throw new Error(`There is no mark ${mark}.`);
  return at + mark.length + 4;
}

const hover = (mark: string): string => file.hover(positionOf(mark));

/** The error on the line of the mark. */
function error(mark: string): string {
  const line = file.lineOf(positionOf(mark));
  return file
    .errors()
    .filter((found) => found.line === line)
    .map(({ text }) => text)
    .join('\n');
}

test('params are printed as values when the pointer is on them', () => {
  expect({
    trial: hover('trial'),
    nested: hover('nested'),
    bestParams: hover('bestParams'),
    best: hover('best'),
    where: hover('where'),
    plain: hover('plain'),
    loaded: hover('loaded'),
  }).toMatchInlineSnapshot(`
    {
      "best": "const known: { readonly x: number; readonly act: "relu" | 3 | null; readonly model: { readonly type: "svm"; readonly c: number; readonly k: { readonly type: "rbf"; readonly gamma: number; } | { readonly type: "linear"; }; } | { readonly type: "none"; }; readonly optimizer: { readonly lr: number; readonly steps: number; }; }",
      "bestParams": "(method) Study<{ readonly x: number; readonly act: "relu" | 3 | null; readonly model: { readonly type: "svm"; readonly c: number; readonly k: { readonly type: "rbf"; readonly gamma: number; } | { readonly type: "linear"; }; } | { ...; }; readonly optimizer: { ...; }; }, OneDirection, string>.bestParams(this: unknown): Promise<{ readonly x: number; readonly act: "relu" | 3 | null; readonly model: { readonly type: "svm"; readonly c: number; readonly k: { readonly type: "rbf"; readonly gamma: number; } | { readonly type: "linear"; }; } | { readonly type: "none"; }; readonly optimizer: { readonly lr: number; readonly steps: number; }; } | undefined>",
      "loaded": "const stored: { readonly [key: string]: unknown; }",
      "nested": "const params: { readonly x: number; readonly act: "relu" | 3 | null; readonly model: { readonly type: "svm"; readonly c: number; readonly k: { readonly type: "rbf"; readonly gamma: number; } | { readonly type: "linear"; }; } | { readonly type: "none"; }; readonly optimizer: { readonly lr: number; readonly steps: number; }; }",
      "plain": "(method) Study<FlatParams, OneDirection, string>.bestParams(this: unknown): Promise<FlatParams | undefined>",
      "trial": "(property) Trial<{ readonly x: number; readonly act: "relu" | 3 | null; readonly model: { readonly type: "svm"; readonly c: number; readonly k: { readonly type: "rbf"; readonly gamma: number; } | { readonly type: "linear"; }; } | { ...; }; readonly optimizer: { ...; }; }, string>.params: { readonly x: number; readonly act: "relu" | 3 | null; readonly model: { readonly type: "svm"; readonly c: number; readonly k: { readonly type: "rbf"; readonly gamma: number; } | { readonly type: "linear"; }; } | { readonly type: "none"; }; readonly optimizer: { readonly lr: number; readonly steps: number; }; }",
      "where": "(parameter) p: { readonly x: number; readonly act: "relu" | 3 | null; readonly model: { readonly type: "svm"; readonly c: number; readonly k: { readonly type: "rbf"; readonly gamma: number; } | { readonly type: "linear"; }; } | { readonly type: "none"; }; readonly optimizer: { readonly lr: number; readonly steps: number; }; }",
    }
  `);
});

test('errors print params as values', () => {
  expect({
    readonly: error('readonly'),
    deep: error('deep'),
    unknown: error('unknown'),
    enqueue: error('enqueue'),
    'one value': error('one value'),
    'best of two': error('best of two'),
    front: error('front'),
  }).toMatchInlineSnapshot(`
    {
      "best of two": "The 'this' context of type 'Study<{ readonly x: number; }, readonly ["minimize", "maximize"], string>' is not assignable to method's 'this' of type '"Several objectives: use bestTrials(), the Pareto front."'.",
      "deep": "Cannot assign to 'lr' because it is a read-only property.",
      "enqueue": "Object literal may only specify known properties, and 'rate' does not exist in type '{ readonly x?: number; readonly act?: "relu" | 3 | null; readonly model?: { readonly type: "svm"; readonly c?: number; readonly k?: { readonly type: "rbf"; readonly gamma?: number; } | { readonly type: "linear"; }; } | { readonly type: "none"; }; readonly optimizer?: { readonly lr?: number; readonly steps?: number; }; }'.",
      "front": "Property 'y' does not exist on type '{ readonly x: number; }'.",
      "one value": "Type 'number' is not assignable to type 'Awaitable<readonly [number, number]>'.",
      "readonly": "Cannot assign to 'x' because it is a read-only property.",
      "unknown": "Property 'y' does not exist on type '{ readonly x: number; readonly act: "relu" | 3 | null; readonly model: { readonly type: "svm"; readonly c: number; readonly k: { readonly type: "rbf"; readonly gamma: number; } | { readonly type: "linear"; }; } | { readonly type: "none"; }; readonly optimizer: { readonly lr: number; readonly steps: number; }; }'.",
    }
  `);
});

test('the source has no other errors', () => {
  const marked = ['readonly', 'deep', 'unknown', 'enqueue', 'one value', 'best of two', 'front'].map((mark) =>
    file.lineOf(positionOf(mark)),
  );
  expect(file.errors().filter(({ line }) => !marked.includes(line))).toEqual([]);
});
