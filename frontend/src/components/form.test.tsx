import { render, screen } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { ApiError, type Problem } from '@/api/problem'
import { FormProblem, spreadProblem } from './form'

const refused = (change: Partial<Problem>) =>
  new ApiError({ title: 'Refused', status: 422, code: 'validation_failed', ...change })

describe('a refused form', () => {
  it('shows each problem at its field and focuses the first', () => {
    const setError = vi.fn()
    const error = refused({
      errors: [
        { pointer: '/max_uses', code: 'out_of_range', detail: 'at least 1' },
        { pointer: '/libraries/ids/0', code: 'library_unknown', detail: 'gone' },
        { pointer: '/url', code: 'invalid', detail: 'give a full address' },
        { pointer: '/label', code: 'of_tomorrow', detail: 'as the server says it' },
      ],
    })
    const fields = { max_uses: 'uses', libraries: 'library_ids', url: 'url', label: 'label' }
    expect(spreadProblem(error, setError, fields)).toBeNull()
    const said = setError.mock.calls.map(([field, { message }, { shouldFocus }]) => [
      field,
      message,
      shouldFocus,
    ])
    expect(said).toEqual([
      ['uses', 'This number is too small or too large.', true],
      ['library_ids', 'One of these libraries no longer exists. Choose again.', false],
      ['url', expect.stringContaining('http://'), false],
      ['label', 'as the server says it', false],
    ])
  })

  it('focuses the one that stands first in the form, wherever the server names it', () => {
    const setError = vi.fn()
    const error = refused({
      errors: [
        { pointer: '/tags', code: 'too_long', detail: '' },
        { pointer: '/notes', code: 'too_long', detail: '' },
      ],
    })
    spreadProblem(error, setError, { label: 'label', notes: 'notes', tags: 'tags' })
    const focused = setError.mock.calls.filter(([, , { shouldFocus }]) => shouldFocus)
    expect(focused.map(([name]) => name)).toEqual(['notes'])
  })

  it('keeps for the form what belongs to no field', () => {
    const setError = vi.fn()
    const error = refused({
      errors: [{ pointer: '/odd', code: 'unknown', detail: 'unknown field' }],
    })
    expect(spreadProblem(error, setError, { max_uses: 'uses' })).toBe(error)
    expect(setError).not.toHaveBeenCalled()
    const broken = new Error('no network')
    expect(spreadProblem(broken, setError, {})).toBe(broken)
  })

  it('says what to do, and the reference for whoever helps', () => {
    render(<FormProblem error={refused({ code: 'weak_password', request_id: '7f3a-91c2' })} />)
    expect(screen.getByRole('alert').textContent).toMatch(/at least 12 characters/)
    expect(screen.getByRole('alert').textContent).toMatch(/7f3a-91c2/)
  })

  it('names the missing permission', () => {
    const error = refused({ status: 403, code: 'permission_denied', permission: 'invites.edit' })
    render(<FormProblem error={error} />)
    expect(screen.getByRole('alert').textContent).toMatch(/invites\.edit/)
  })

  it('falls back to the sentence of the server', () => {
    render(<FormProblem error={refused({ code: 'brand_new', detail: 'Do this instead.' })} />)
    expect(screen.getByRole('alert').textContent).toBe('Do this instead.')
  })
})
