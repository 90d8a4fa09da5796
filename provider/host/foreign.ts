/** Why what is in a folder may be another user's doing; root's own is never that. */
export function whyForeign(
  { isFolder, uid, mode }: { isFolder: boolean; uid: number; mode: number },
  own: number | undefined,
): string | undefined {
  if (!isFolder) return "it is not a folder";
  if (uid !== 0 && uid !== own) return `it belongs to uid ${uid}`;
  return (mode & 0o022) === 0 ? undefined : "others may write into it";
}
