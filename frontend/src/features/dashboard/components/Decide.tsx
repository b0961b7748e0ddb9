import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schema } from '@/api/client'
import { accessOfQuery, useSettleDrift } from '@/api/drift'
import { libraryChoicesQuery } from '@/api/library-choices'
import { hasCode } from '@/api/problem'
import { useCan } from '@/api/session'
import { DriftDialog } from '@/components/DriftDialog'
import { factText } from '@/components/fact-words'
import { problemText } from '@/components/problem-text'
import { driftText } from '@/components/sync-words'
import { Button } from '@/components/ui/Button'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { attentionName } from './attention-words'

type Choice = Schema<'LibraryChoice'>

interface DecideProps {
  item: Schema<'Attention'>
  /** The user. */
  id: string
}

/** Opens the question which access of somebody is to hold. */
export default function Decide({ item, id }: DecideProps) {
  const can = useCan()
  const [open, setOpen] = useState(false)
  const settle = useSettleDrift(id)
  const user = useQuery({ ...accessOfQuery(id), enabled: open })
  const libraries = useQuery({
    ...libraryChoicesQuery,
    enabled: open && can('libraries.view'),
  }).data?.items
  const titles = new Map(libraries?.map((library) => [library.id, library.title]))
  const name = attentionName(item)
  const say = (choice: Choice | null | undefined, downloads: boolean | null | undefined) =>
    factText(
      'access',
      choice
        ? { access: 'granted', libraries: choice, allow_downloads: downloads ?? false }
        : { access: 'nothing' },
      (library) => titles.get(library),
    )
  const close = () => {
    setOpen(false)
    settle.reset()
  }
  return (
    <>
      <Button
        size="sm"
        aria-label={m.drift_decide_for({ name })}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {m.drift_decide()}
      </Button>
      <DriftDialog
        open={open}
        onClose={close}
        name={name}
        how={driftText(item.reason) ?? item.detail}
        wanted={user.data ? say(user.data.libraries, user.data.allow_downloads) : '…'}
        now={
          user.data
            ? user.data.now
              ? say(user.data.now.libraries, user.data.now.allow_downloads)
              : m.drift_unknown()
            : '…'
        }
        busy={settle.isPending ? settle.variables : null}
        error={
          settle.error
            ? hasCode(settle.error, 'no_drift')
              ? m.drift_settled()
              : problemText(settle.error)
            : undefined
        }
        onDecide={(action) =>
          settle.mutate(action, {
            onSuccess: () => {
              toast.ok(
                action === 'accept' ? m.drift_accepted({ name }) : m.drift_reapplied({ name }),
              )
              close()
            },
          })
        }
      />
    </>
  )
}
