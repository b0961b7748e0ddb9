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
        { pointer: '/libraries/ids/0', code: 'unknown', detail: 'gone' },
      ],
    })
    const rest = spreadProblem(error, setError, { max_uses: 'uses', libraries: 'library_ids' })
    expect(rest).toBeNull()
    expect(setError.mock.calls).toEqual([
      ['uses', { type: 'server', message: 'at least 1' }, { shouldFocus: true }],
      ['library_ids', { type: 'server', message: 'gone' }, { shouldFocus: false }],
    ])
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
