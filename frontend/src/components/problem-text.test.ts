import { afterEach, describe, expect, it } from 'vitest'
import { ApiError } from '@/api/problem'
import { setLocale } from '@/lib/locale'
import { problemText } from './problem-text'

afterEach(() => setLocale('en', { reload: false }))

const refused = (code: string) =>
  new ApiError({ title: 'Title', status: 409, code, detail: 'The job runs already.' })

describe('a refusal', () => {
  it.each(['internal', 'unavailable', 'plex_refused', 'conflict', 'validation_failed'])(
    '%s is told in German to whoever reads German',
    (code) => {
      setLocale('de', { reload: false })
      expect(problemText(refused(code))).not.toMatch(/job|Title/)
    },
  )

  it('that stands for many things keeps the server’s sentence for whoever reads its language', () => {
    expect(problemText(refused('conflict'))).toBe('The job runs already.')
    expect(problemText(refused('internal'))).not.toMatch(/job/)
  })

  it('that nobody has taught this page keeps the server’s words', () => {
    setLocale('de', { reload: false })
    expect(problemText(refused('of_tomorrow'))).toBe('The job runs already.')
  })
})
