/** A piece of an expression. mathjs keeps no positions in its tree, so that ours come from here. */
export interface Token {
  readonly text: string;
  /** Zero-based index of its first character. */
  readonly at: number;
  /** A name, a number or a string; everything else is an operator or a bracket. */
  readonly operand: boolean;
}

const namedOperators = new Set(['mod', 'to', 'in', 'and', 'xor', 'or', 'not']);

// The shapes of mathjs's tokenizer: strings, numbers (0x1f, 1.5e-3, .5), names, then the longest operator.
const pattern =
  /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(0[box][0-9a-z]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|([\p{L}_$][\p{L}\p{N}_$]*)|(#[^\n]*)|(>>>|<<|>>|==|!=|<=|>=|\?\?|\?\.|\.\*|\.\/|\.\^|\^\||\S)/giu;

/** Splits an expression. Never throws: what is no token becomes one of a single character. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of source.matchAll(pattern)) {
    const [text, string, number, name, comment] = match;
    if (comment !== undefined) continue;
    const property = tokens.at(-1)?.text === '.';
    const operand =
      string !== undefined || number !== undefined || (name !== undefined && (property || !namedOperators.has(name)));
    tokens.push({ text, at: match.index, operand });
  }
  return tokens;
}

/** Walks the tokens in the order in which a tree's leaves are visited, and so tells where each node stands. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;

  constructor(source: string) {
    this.#tokens = tokenize(source);
    this.#end = source.length;
  }

  /** Where the next token begins, opening brackets skipped. */
  here(): number {
    let i = this.#next;
    while (this.#tokens[i]?.text === '(') i++;
    return this.#tokens[i]?.at ?? this.#end;
  }

  /** Consumes the next name, number or string. */
  operand(): number {
    return this.#find((token) => token.operand);
  }

  /** Consumes the next operator of this spelling. */
  operator(text: string): number {
    return this.#find((token) => !token.operand && token.text === text);
  }

  #find(wanted: (token: Token) => boolean): number {
    for (let i = this.#next; i < this.#tokens.length; i++) {
      const token = this.#tokens[i] as Token;
      if (!wanted(token)) continue;
      this.#next = i + 1;
      return token.at;
    }
    return this.here(); // mathjs saw something that we do not: point at where we stand
  }
}
