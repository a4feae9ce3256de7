/** A token of an expression. mathjs nodes have no positions, so they are taken from the tokens. */
export interface Token {
  readonly text: string;
  /** Zero-based index of its first character. */
  readonly at: number;
  /** Whether it is a name, a number or a string. Other tokens are operators and brackets. */
  readonly operand: boolean;
}

const namedOperators = new Set(['mod', 'to', 'in', 'and', 'xor', 'or', 'not']);

// Follows mathjs's tokenizer: strings, numbers (0x1f, 1.5e-3, .5), names, then the longest operator.
const pattern =
  /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(0[box][0-9a-z]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|([\p{L}_$][\p{L}\p{N}_$]*)|(#[^\n]*)|(>>>|<<|>>|==|!=|<=|>=|\?\?|\?\.|\.\*|\.\/|\.\^|\^\||\S)/giu;

/** Splits an expression into tokens. Never throws: an unknown character becomes a token. */
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

/** Iterates over the tokens in the order in which a tree is visited, to find the position of each node. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #next = 0;

  constructor(source: string) {
    this.#tokens = tokenize(source);
    this.#end = source.length;
  }

  /** Position of the next token after any opening brackets. */
  position(): number {
    let i = this.#next;
    while (this.#tokens[i]?.text === '(') i++;
    return this.#tokens[i]?.at ?? this.#end;
  }

  /** Consumes the next name, number or string, and returns its position. */
  operand(): number {
    return this.#find((token) => token.operand);
  }

  /** Consumes the next operator with this text, and returns its position. */
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
    return this.position(); // mathjs has a token that this tokenizer does not find
  }
}
