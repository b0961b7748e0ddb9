import { describe, expect, it } from 'vitest'
import { adoptZone } from '@/lib/zone'
import { factName, factText } from './fact-words'

const titles: Record<string, string> = { l1: 'Movies', l2: 'Music' }
const say = (field: string, value: unknown) => factText(field, value, (id) => titles[id])

describe('a fact', () => {
  it.each([
    ['allow_downloads', true, 'Yes'],
    ['max_uses', 5000, '5,000'],
    ['max_uses', null, 'No limit'],
    ['access_expires_at', null, 'Never'],
    ['notes', null, '–'],
    ['notes', '', '–'],
    ['tags', ['film', 'club'], 'film and club'],
    ['tags', [], '–'],
    ['state', 'suspended', 'Suspended'],
    ['state', 'of_tomorrow', 'of_tomorrow'],
    ['removed_reason', 'left_plex', 'Left at Plex'],
    ['action', 'add_tags', 'Add tags'],
    ['value', 'adopt', 'Take over what Plex has'],
    ['libraries', { mode: 'all' }, 'All libraries'],
    ['libraries', { mode: 'some', ids: ['l1', 'l9'], titles: ['Films'] }, 'Films'],
    ['libraries', { mode: 'some', ids: ['l1', 'l2'] }, 'Movies and Music'],
    ['libraries', { mode: 'some', ids: ['l1', 'l9'] }, '2 libraries'],
    ['access', { access: 'nothing' }, 'No access'],
    [
      'access',
      { access: 'granted', libraries: { mode: 'all' }, allow_downloads: true },
      'All libraries, with downloads',
    ],
    ['types', ['invite.created'], 'Invite created'],
    ['sort_of', { max_uses: 1, deep: { a: [1, 2] } }, 'Uses allowed: 1, deep: a: 1, 2'],
  ])('%s %j reads "%s"', (field, value, words) => {
    expect(say(field, value)).toBe(words)
  })

  it('about an end names its last day, or its time where it is in the middle of one', () => {
    adoptZone('Europe/Berlin')
    const say = (value: string) => factText('access_expires_at', value, () => undefined)
    expect(say('2026-11-30T23:00:00.000Z')).toMatch(/30/)
    expect(say('2026-11-30T23:00:00.000Z')).not.toMatch(/:/)
    expect(say('2026-11-30T17:30:00.000Z')).toMatch(/30.*(18:30|6:30)/)
    adoptZone(undefined)
  })

  it('that nobody has named keeps its own name, without marks', () => {
    expect(factName('some_new_field')).toBe('some new field')
  })
})
