import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { categorical, float } from '../distribution/validate.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from './create-study.ts';
import { toCsv } from './rows.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const dates = { datetimeStart: new Date(0), datetimeComplete: new Date(1500) };

describe('toRows', () => {
  it("has the columns of Optuna's data frame", async () => {
    const study = await createStudy({ sampler });
    await study.addTrial({
      value: 1,
      params: { x: 0.5 },
      distributions: { x: float(0, 1) },
      userAttrs: { k: [1] },
      ...dates,
    });
    await study.enqueue({});
    expect(await study.toRows()).toEqual([
      {
        number: 0,
        value: 1,
        datetime_start: new Date(0),
        datetime_complete: new Date(1500),
        duration: 1500,
        params_x: 0.5,
        user_attrs_k: [1],
        state: 'complete',
      },
      { number: 1, value: null, datetime_start: null, datetime_complete: null, duration: null, state: 'waiting' },
    ]);
  });

  it.each([
    [['minimize'], null, ['value']],
    [['minimize'], ['loss'], ['value_loss']],
    [['minimize', 'maximize'], null, ['values_0', 'values_1']],
    [
      ['minimize', 'maximize'],
      ['loss', 'accuracy'],
      ['values_loss', 'values_accuracy'],
    ],
  ] as const)('names the values of %j called %j: %j', async (directions, metricNames, columns) => {
    const study = await createStudy({ sampler, directions, ...(metricNames === null ? {} : { metricNames }) });
    await study.addTrial({ values: directions.map((_, k) => k), ...dates });
    const [row] = await study.toRows();
    expect(Object.keys(row ?? {})).toEqual([
      'number',
      ...columns,
      'datetime_start',
      'datetime_complete',
      'duration',
      'state',
    ]);
    expect(columns.map((column) => row?.[column])).toEqual(directions.map((_, k) => k));
  });
});

describe('toCsv', () => {
  it('is RFC 4180, one column for each key of any trial, state last', async () => {
    const study = await createStudy({ sampler });
    const text = 'a "quoted", word\nand a line';
    await study.addTrial({
      value: Number.POSITIVE_INFINITY,
      params: { x: 0.5 },
      distributions: { x: float(0, 1) },
      ...dates,
    });
    await study.addTrial({
      value: -2.5e-7,
      params: { c: null, 'd,e': 'plain' },
      distributions: { c: categorical([null]), 'd,e': categorical(['plain']) },
      userAttrs: { text, list: [1, { big: 2n ** 64n }], yes: true },
      ...dates,
    });
    expect(await study.toCsv()).toBe(
      [
        'number,value,datetime_start,datetime_complete,duration,params_x,params_c,"params_d,e",user_attrs_text,user_attrs_list,user_attrs_yes,state',
        '0,Infinity,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.500Z,1500,0.5,,,,,,complete',
        '1,-2.5e-7,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.500Z,1500,,,plain,"a ""quoted"", word\nand a line","[1,{""big"":18446744073709551616}]",true,complete',
        '',
      ].join('\r\n'),
    );
  });

  it('of nothing is an empty header', () => {
    expect(toCsv([])).toBe('\r\n');
  });
});
