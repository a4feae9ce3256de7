/** A block of TypeScript in a page, together with the blocks that it continues and the hidden code that it needs. */
export interface DocumentedProgram {
  /** Page and line of its last block. */
  readonly name: string;
  readonly code: string;
  /** The line of the page that each line of the code comes from. */
  readonly lines: readonly number[];
  /** Why the program is not run. `null` if it is run. */
  readonly onlyCompiled: string | null;
  /** Matches what it prints, from the text block with the mark `prints`. `null` if the page does not say. */
  readonly prints: RegExp | null;
}

type Mark = 'given' | 'continues' | 'only compiled' | 'prints';

interface Block {
  readonly language: string;
  /** Zero-based line of the opening fence. */
  readonly line: number;
  readonly text: readonly string[];
  /** The HTML comments before the block, with the line of their first line of text. */
  readonly marks: ReadonlyMap<Mark, { readonly text: string; readonly line: number }>;
}

/**
 * Reads the programs of a Markdown page. A `ts` block is a program of its own. HTML comments before it change that:
 *
 * - `<!-- given … -->`: code that runs before the block and is not shown, such as the function to tune
 * - `<!-- continues -->`: the block continues the previous one
 * - `<!-- only compiled: reason -->`: the block is not run
 *
 * A `text` block with the mark `<!-- prints -->` is what the previous program prints. A line `…` stands for any lines.
 * @throws Error for a fence that is not closed, an unknown mark, or a mark without a reason
 */
export function programsOf(page: string, markdown: string): DocumentedProgram[] {
  const programs: DocumentedProgram[] = [];
  for (const { language, line, text, marks } of blocksOf(page, markdown)) {
    const name = `${page}:${line + 1}`;
    const last = programs.at(-1);
    if (language === 'text' && marks.has('prints')) {
      if (last === undefined) throw new Error(`${name}: no program prints this.`);
      programs[programs.length - 1] = { ...last, prints: outputOf(text) };
    }
    if (language !== 'ts') continue;
    const continued = marks.has('continues') ? last : undefined;
    if (marks.has('continues') && continued === undefined) throw new Error(`${name}: there is no block to continue.`);
    const given = marks.get('given');
    const hidden = given === undefined ? [] : given.text.split('\n');
    programs.push({
      name,
      code: [...(continued === undefined ? [] : [continued.code]), ...hidden, ...text].join('\n'),
      lines: [
        ...(continued?.lines ?? []),
        ...hidden.map((_, i) => (given?.line ?? 0) + i + 1),
        ...text.map((_, i) => line + i + 2),
      ],
      onlyCompiled: marks.get('only compiled')?.text ?? continued?.onlyCompiled ?? null,
      prints: null,
    });
  }
  // A block that is continued runs as a part of the block that continues it.
  return programs.filter(({ code }, i) => !programs[i + 1]?.code.startsWith(`${code}\n`));
}

function outputOf(text: readonly string[]): RegExp {
  const lines = text.map((line) => (line === '…' ? '[\\s\\S]*' : line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')));
  return new RegExp(`^${lines.join('\n')}\n*$`);
}

function blocksOf(page: string, markdown: string): Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  let marks: Block['marks'] = new Map();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const at = `${page}:${i + 1}`;
    if (line.startsWith('<!--')) {
      const end = lines.findIndex((text, j) => j >= i && text.endsWith('-->'));
      if (end < 0) throw new Error(`${at}: the comment has no end.`);
      const comment = lines
        .slice(i, end + 1)
        .join('\n')
        .slice('<!--'.length, -'-->'.length);
      marks = new Map([...marks, readMark(at, comment, i)]);
      i = end;
    } else if (line.startsWith('```')) {
      const end = lines.findIndex((text, j) => j > i && text === '```');
      if (end < 0) throw new Error(`${at}: the block has no end.`);
      blocks.push({ language: line.slice(3).trim(), line: i, text: lines.slice(i + 1, end), marks });
      marks = new Map();
      i = end;
    } else if (line.trim() !== '') {
      if (marks.size > 0) throw new Error(`${at}: no block follows the mark.`);
    }
  }
  return blocks;
}

function readMark(at: string, comment: string, line: number): [Mark, { text: string; line: number }] {
  const [, given] = /^ given\n([\s\S]+)\n$/.exec(comment) ?? [];
  if (given !== undefined) return ['given', { text: given, line: line + 1 }];
  const [, reason] = /^ only compiled: ([\s\S]+) $/.exec(comment) ?? [];
  if (reason !== undefined) return ['only compiled', { text: reason, line }];
  if (comment === ' continues ') return ['continues', { text: '', line }];
  if (comment === ' prints ') return ['prints', { text: '', line }];
  throw new Error(
    `${at}: the mark must be given, continues, prints or 'only compiled: reason', not "${comment.trim()}".`,
  );
}
