/** CRC-32 of single bytes (ISO 3309, reflected polynomial 0xEDB88320). */
const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/**
 * CRC-32 of the UTF-8 bytes of a text, as Python's `binascii.crc32(text.encode())` gives it: an integer from 0 to 2^32
 * - 1. A lone surrogate, which Python refuses to encode, counts as three bytes.
 */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  const add = (byte: number): void => {
    crc = (table[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  };
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) add(code);
    else {
      const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      add(((0xff00 >> (more + 1)) & 0xff) | (code >> (6 * more)));
      for (let i = more - 1; i >= 0; i--) add(0x80 | ((code >> (6 * i)) & 0x3f));
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}
