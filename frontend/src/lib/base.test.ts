import { afterEach, describe, expect, it } from 'vitest'
import { basePath, baseUrl, safeNext } from './base'

function serveUnder(path: string) {
  const base = document.createElement('base')
  base.href = path
  document.head.append(base)
}

afterEach(() => {
  document.head.replaceChildren()
})

describe('the place where PUM is served', () => {
  it('is the root', () => {
    serveUnder('/')
    expect(basePath()).toBe('')
    expect(baseUrl()).toBe(location.origin)
  })

  it('is a sub-path, however deep', () => {
    serveUnder('/home/pum/')
    expect(basePath()).toBe('/home/pum')
    expect(baseUrl()).toBe(`${location.origin}/home/pum`)
  })
})

describe('where to go after signing in', () => {
  it.each(['/', '/users?q=a', '/invites/1#x'])('may be %s', (next) => {
    expect(safeNext(next)).toBe(next)
  })

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/a\\..\\b',
    'javascript:alert(1)',
    'users',
    '',
    7,
    undefined,
  ])('is the dashboard instead of %s', (next) => {
    expect(safeNext(next)).toBe('/')
  })
})
