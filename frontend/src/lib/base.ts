// Where PUM is served: "/" or a sub-path, as the server wrote it into <base>.

/** The base path without a closing slash: "" or "/pum". */
export function basePath(): string {
  return new URL(document.baseURI).pathname.replace(/\/[^/]*$/, '')
}

/** The address PUM answers at, as this browser sees it. */
export function baseUrl(): string {
  return location.origin + basePath()
}

/** A path that may be used as `next=`: one leading slash, never another site. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])[^\\]*$/.test(next) ? next : '/'
}
