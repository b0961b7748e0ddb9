import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lean } from './lean-messages.ts'

describe('a lean text', () => {
  it('keeps every language and nothing of the runtime', () => {
    const compiled = `/* eslint-disable */
import { getLocale, experimentalStaticLocale } from '../runtime.js';

const en_hello = /** @type {(inputs: {}) => LocalizedString} */ (i) => {
	return /** @type {LocalizedString} */ (\`Hello; \${i?.name}\`)
};

const de_hello = /** @type {(inputs: {}) => LocalizedString} */ (i) => {
	return /** @type {LocalizedString} */ (\`Hallo; \${i?.name}\`)
};

/**
* | output |
*/
export const hello = /** @type {x} */ ((inputs, options = {}) => {
	const locale = experimentalStaticLocale ?? options.locale ?? getLocale()
	if (locale === "en") return en_hello(inputs)
	return de_hello(inputs)
});`
    const made = lean(compiled)
    expect(made).toContain('Hello; ')
    expect(made).toContain('Hallo; ')
    expect(made).not.toContain('experimentalStaticLocale')
  })

  it('is refused when the compiler writes something unknown', () => {
    expect(() => lean('export const hello = () => "Hello"')).toThrow(/lean-messages/)
  })
})

describe('the language', () => {
  beforeEach(() => {
    vi.resetModules()
    localStorage.clear()
  })
  afterEach(() => vi.unstubAllGlobals())

  const speaking = (...languages: string[]) =>
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(languages)

  async function page() {
    const [runtime, { m }] = await Promise.all([
      import('@/lib/locale'),
      import('@/paraglide/messages.js'),
    ])
    return { ...runtime, m }
  }

  it('is the browser’s, as far as we speak it', async () => {
    speaking('fr-FR', 'de-AT', 'en')
    const { m, getLocale } = await page()
    expect(getLocale()).toBe('de')
    expect(m.guest_language()).toBe('Sprache')
  })

  it('is the person’s choice before that, also after a reload', async () => {
    speaking('de')
    const first = await page()
    first.setLocale('en', { reload: false })
    expect(first.m.guest_language()).toBe('Language')
    vi.resetModules()
    expect((await page()).getLocale()).toBe('en')
  })

  it('is the host’s for somebody who has none of ours', async () => {
    speaking('fr')
    const { suggestLocale, getLocale } = await page()
    suggestLocale('de')
    expect(getLocale()).toBe('de')
  })

  it('is not the host’s for somebody whose browser has one of ours', async () => {
    speaking('en-GB')
    const { suggestLocale, getLocale } = await page()
    suggestLocale('de')
    expect(getLocale()).toBe('en')
  })

  it('is English without storage', async () => {
    speaking()
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new Error('blocked')
    })
    expect((await page()).getLocale()).toBe('en')
  })

  it('counts', async () => {
    speaking('en')
    const { m } = await page()
    expect(m.guest_membership_days({ days: 1 })).toContain('1 day ')
    expect(m.guest_membership_days({ days: 30 })).toContain('30 days ')
  })
})
