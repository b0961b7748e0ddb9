import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schema } from '@/api/client'
import { useSettleDrift } from '@/api/drift'
import { libraryChoicesQuery } from '@/api/library-choices'
import { useCan } from '@/api/session'
import { userQuery } from '@/api/user'
import { DriftDialog } from '@/components/DriftDialog'
import { Button } from '@/components/ui/Button'
import { m } from '@/paraglide/messages.js'
import { attentionName } from './attention-words'

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
  const user = useQuery({ ...userQuery(id), enabled: open }).data
  const libraries = useQuery({
    ...libraryChoicesQuery,
    enabled: open && can('libraries.view'),
  }).data?.items
  const name = attentionName(item)
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
        onClose={() => setOpen(false)}
        name={name}
        kind={item.reason}
        access={user}
        titleOf={(wanted) => libraries?.find((library) => library.id === wanted)?.title}
        settle={settle}
      />
    </>
  )
}
