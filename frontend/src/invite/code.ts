// The invite's code, out of the address: <base>invite/{code}.

/** The code in the path, or "" when there is none. The server judges whether it is one. */
export function inviteCode(path: string, base: string): string {
  const rest = path.startsWith(base) ? path.slice(base.length) : path.replace(/^\//, '')
  const [, code = ''] = /^invite\/([^/]+)\/?$/.exec(rest) ?? []
  try {
    return decodeURIComponent(code)
  } catch {
    return code
  }
}
