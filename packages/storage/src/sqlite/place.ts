/** What error messages call the database: its whole path in quotes. A path that was cut off would lose the file's name. */
export function placeOf(source: unknown): string {
  return typeof source === 'string' ? JSON.stringify(source) : 'The database';
}

/** The path of a place as an argument in a shell, with `prefix` before it. `FILE` if the path is not known. */
export function shellArgument(place: string, prefix = ''): string {
  const text = prefix + (place.startsWith('"') ? (JSON.parse(place) as string) : 'FILE');
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
