import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { inviteNamesQuery, inviteQuery } from '@/api/invite'
import { Field } from '@/components/ui/Field'
import { AppliedFilter } from '@/components/ui/FilterBar'
import { Suggest } from '@/components/ui/Suggest'
import { m } from '@/paraglide/messages.js'

const nameOf = ({ label, code }: { label?: string | null; code: string }) =>
  label ? `${label} · ${code}` : code

interface InviteFilterProps {
  id: string | undefined
  onChange: (id: string | undefined) => void
}

/** One invite, by the first letters of its name or its code. */
export function InviteFilter({ id, onChange }: InviteFilterProps) {
  const [typed, setTyped] = useState('')
  const asked = useDeferredValue(typed.trim())
  const found = useQuery({ ...inviteNamesQuery(asked), enabled: id === undefined })
  const chosen = useQuery({ ...inviteQuery(id ?? ''), enabled: id !== undefined })
  if (id !== undefined)
    return (
      <div className="flex min-w-0 flex-col items-start gap-1.5">
        <span className="text-sm font-medium text-fg">{m.users_filter_invite()}</span>
        <AppliedFilter
          label={m.history_of_invite_named({ name: chosen.data ? nameOf(chosen.data) : '…' })}
          onRemove={() => onChange(undefined)}
        />
      </div>
    )
  return (
    <Field label={m.users_filter_invite()}>
      <Suggest
        suggestions={(found.data?.items ?? []).map((one) => ({ id: one.id, name: nameOf(one) }))}
        onType={setTyped}
        onPick={onChange}
      />
    </Field>
  )
}
