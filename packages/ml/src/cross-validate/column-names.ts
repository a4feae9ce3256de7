/** A name with an upper-case first letter, for column names such as `meanTestAccuracy`. */
export function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
