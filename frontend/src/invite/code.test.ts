import { expect, it } from 'vitest'
import { inviteCode } from './code'

it.each([
  ['/invite/abc', '/', 'abc'],
  ['/invite/abc/', '/', 'abc'],
  ['/pum/invite/Movie-Night_1', '/pum/', 'Movie-Night_1'],
  ['/invite/a%20b', '/', 'a b'],
  ['/invite/%E0%A4%A', '/', '%E0%A4%A'],
  ['/invite/', '/', ''],
  ['/invite/a/b', '/', ''],
  ['/users', '/', ''],
])('%s under %s is the code “%s”', (path, base, code) => {
  expect(inviteCode(path, base)).toBe(code)
})
