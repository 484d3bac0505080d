/** Without doubled and trailing slashes, `.` and `..`. */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !isAbsolute) parts.push(part);
  }
  return `${isAbsolute ? '/' : ''}${parts.join('/')}` || '.';
}

export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]|^\\\\/.test(path);
}

/** `path` seen from `folder`, cleaned; a relative result begins with `./` or `../`, so that it stays a path. */
export function joinPath(folder: string, path: string): string {
  if (isAbsolutePath(path)) return path;
  const joined = cleanPath(`${folder}/${path}`);
  return joined === '.' || isAbsolutePath(joined) || joined.startsWith('..') ? joined : `./${joined}`;
}

export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '.' : at === 0 ? '/' : path.slice(0, at);
}

/** `to` seen from `from`; both absolute, or both relative to the same place. */
export function relativePath(from: string, to: string): string {
  const split = (path: string): string[] =>
    cleanPath(path)
      .split('/')
      .filter((part) => part !== '' && part !== '.');
  const [base, target] = [split(from), split(to)];
  const shared = base.findIndex((part, index) => part !== target[index]);
  const common = shared < 0 ? base.length : shared;
  return [...base.slice(common).map(() => '..'), ...target.slice(common)].join('/') || '.';
}

/** `~` is the home folder, where it is known. */
export function expandHome(path: string, home: string | undefined): string {
  return path.startsWith('~') && home !== undefined ? cleanPath(`${home}/${path.slice(1)}`) : path;
}
