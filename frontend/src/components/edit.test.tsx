import { act, renderHook } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/problem'
import { useEdit } from './edit'

interface Pass {
  version: number
  mode: string
  ids: string[]
  notes: string
}

const PASS: Pass = { version: 1, mode: 'some', ids: ['a'], notes: '' }

function edit(theirs: Pass = PASS, about?: (field: string) => boolean) {
  return renderHook(
    ({ current }: { current: Pass }) => {
      const found = useEdit<Pass, Omit<Pass, 'version'>>({
        current,
        valuesOf: ({ mode, ids, notes }) => ({ mode, ids, notes }),
        together: [['mode', 'ids']],
        fields: {},
        read: () => Promise.resolve(theirs),
        ...(about && { about }),
      })
      return { ...found, dirty: found.form.formState.dirtyFields }
    },
    { initialProps: { current: PASS } },
  )
}

const conflict = (changed_fields: string[]) =>
  new ApiError({ title: '', status: 409, code: 'version_conflict', changed_fields })

describe('a form over what others edit as well', () => {
  it('follows them until something is typed, and not back to an older state', () => {
    const { result, rerender } = edit()
    rerender({ current: { ...PASS, version: 2, notes: 'theirs' } })
    expect(result.current.form.getValues('notes')).toBe('theirs')
    rerender({ current: PASS })
    expect(result.current.form.getValues('notes')).toBe('theirs')
    act(() => result.current.form.setValue('notes', 'mine', { shouldDirty: true }))
    rerender({ current: { ...PASS, version: 3, notes: 'theirs again' } })
    expect(result.current.form.getValues('notes')).toBe('mine')
  })

  it('keeps both halves of a pair of which one was touched', async () => {
    const { result } = edit({ version: 2, mode: 'all', ids: [], notes: 'theirs' })
    act(() => result.current.form.setValue('ids', ['a', 'b'], { shouldDirty: true }))
    const request = vi.fn().mockRejectedValue(conflict(['libraries', 'notes']))
    await act(() => result.current.send(request))
    expect(request).toHaveBeenCalledExactlyOnceWith(1)
    expect(result.current.theirs).toEqual(['libraries', 'notes'])
    expect(result.current.form.getValues()).toEqual({
      mode: 'some',
      ids: ['a', 'b'],
      notes: 'theirs',
    })
    expect(Object.keys(result.current.dirty).sort()).toEqual(['ids', 'mode'])
    act(() => result.current.adopt(result.current.base))
    expect(result.current.form.getValues('mode')).toBe('all')
  })

  it('sends once more where the others changed nothing that it shows', async () => {
    const { result } = edit({ ...PASS, version: 2 }, (field) => field === 'notes')
    const done = { ...PASS, version: 3 }
    const request = vi
      .fn()
      .mockRejectedValueOnce(conflict(['elsewhere']))
      .mockResolvedValue(done)
    await act(async () => expect(await result.current.send(request)).toBe(done))
    expect(request.mock.calls).toEqual([[1], [2]])
    expect(result.current.theirs).toBeNull()
  })

  it('goes on from a save of one field with what was typed in the others', () => {
    const { result } = edit()
    act(() => {
      result.current.form.setValue('notes', 'mine', { shouldDirty: true })
      result.current.form.setValue('mode', 'all', { shouldDirty: true })
    })
    act(() =>
      result.current.rebase({ ...PASS, version: 2, mode: 'none', notes: '' }, ['mode', 'ids']),
    )
    expect(result.current.form.getValues()).toMatchObject({ mode: 'none', notes: 'mine' })
    expect(Object.keys(result.current.dirty)).toEqual(['notes'])
  })
})
