import { useState } from 'react'
import { useCan } from '@/api/session'
import { Button } from '@/components/ui/Button'
import { Dialog } from '@/components/ui/Dialog'
import { Field } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { Select } from '@/components/ui/Select'
import { m } from '@/paraglide/messages.js'
import { USER_FLAGS, type UserFlag, type UsersSearch } from '../routes'
import { InviteFilter } from './InviteFilter'
import type { UserFiltersProps } from './UserFilters'
import { FLAGS, yesNo } from './words'

const EXPIRING = [1, 7, 14, 30, 90]
const INACTIVE = [30, 60, 90, 180, 365]

interface MoreFiltersProps extends UserFiltersProps {
  onClose: () => void
}

/** The filters that are not needed every day. They apply with the button. */
export default function MoreFilters({ search, onChange, onClose }: MoreFiltersProps) {
  const can = useCan()
  const [draft, setDraft] = useState<Partial<UsersSearch>>({})
  const value = { ...search, ...draft }
  const set = (change: Partial<UsersSearch>) => setDraft({ ...draft, ...change })
  const daysOptions = (choices: number[], chosen: number | undefined) => [
    { value: '', label: m.ui_any() },
    ...[...new Set([...choices, ...(chosen === undefined ? [] : [chosen])])]
      .sort((one, other) => one - other)
      .map((count) => ({ value: String(count), label: m.users_days({ count }) })),
  ]
  const daysOf = (text: string) => (text === '' ? undefined : Number(text))
  const flagOf = (text: string) => (text === '' ? undefined : text === 'true')
  return (
    <Dialog
      open
      onClose={onClose}
      title={m.users_filters()}
      footer={
        <>
          <Button onClick={onClose}>{m.ui_cancel()}</Button>
          <Button
            variant="primary"
            onClick={() => {
              onChange({ ...draft, ...('tag' in draft && { tag: draft.tag?.trim() || undefined }) })
              onClose()
            }}
          >
            {m.users_filters_apply()}
          </Button>
        </>
      }
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={m.users_filter_expiring()}>
          <Select
            value={String(value.expiring_days ?? '')}
            onChange={({ target }) => set({ expiring_days: daysOf(target.value) })}
            options={daysOptions(EXPIRING, value.expiring_days)}
          />
        </Field>
        <Field label={m.users_filter_inactive()}>
          <Select
            value={String(value.inactive_days ?? '')}
            onChange={({ target }) => set({ inactive_days: daysOf(target.value) })}
            options={daysOptions(INACTIVE, value.inactive_days)}
          />
        </Field>
        <Field label={m.users_filter_tag()}>
          <Input
            maxLength={40}
            value={value.tag ?? ''}
            onChange={({ target }) => set({ tag: target.value || undefined })}
          />
        </Field>
        {can('invites.view') && (
          <InviteFilter id={value.invite_id} onChange={(invite_id) => set({ invite_id })} />
        )}
        {USER_FLAGS.map((flag: UserFlag) => (
          <Field key={flag} label={FLAGS[flag]()}>
            <Select
              value={String(value[flag] ?? '')}
              onChange={({ target }) => set({ [flag]: flagOf(target.value) })}
              options={[
                { value: '', label: m.ui_any() },
                { value: 'true', label: yesNo(true) },
                { value: 'false', label: yesNo(false) },
              ]}
            />
          </Field>
        ))}
      </div>
    </Dialog>
  )
}
