import { zodResolver } from '@hookform/resolvers/zod'
import { useId, useState } from 'react'
import { useForm } from 'react-hook-form'
import { z } from 'zod/mini'
import { EVENT_TYPES, eventName } from '@/components/event-words'
import { FormProblem, spreadProblem } from '@/components/form'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { Checkbox } from '@/components/ui/Checkbox'
import { Dialog } from '@/components/ui/Dialog'
import { Field, FieldSet } from '@/components/ui/Field'
import { NumberInput } from '@/components/ui/NumberInput'
import { Radio } from '@/components/ui/Radio'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { useClearHistory } from '../clear'
import type { EventType } from '../queries'

const YOUNGEST = 30
const OLDEST = 36_500
const USUAL = 365

const schema = z
  .object({
    days: z
      .number({ error: () => m.history_clear_days_wrong() })
      .check(
        z.int({ error: () => m.history_clear_days_wrong() }),
        z.gte(YOUNGEST, { error: () => m.history_clear_days_wrong() }),
        z.lte(OLDEST, { error: () => m.history_clear_days_wrong() }),
      ),
    what: z.enum(['all', 'some']),
    types: z.array(z.string()),
  })
  .check(
    z.refine(({ what, types }) => what === 'all' || types.length > 0, {
      path: ['types'],
      error: () => m.history_clear_types_missing(),
    }),
  )

type Values = z.infer<typeof schema>

interface ClearDialogProps {
  open: boolean
  onClose: () => void
}

/** Asks what is to be cleared. */
export default function ClearDialog({ open, onClose }: ClearDialogProps) {
  const id = useId()
  const clear = useClearHistory()
  return (
    <Dialog
      open={open}
      busy={clear.isPending}
      onClose={onClose}
      title={m.history_clear_title()}
      description={m.history_clear_text()}
      footer={
        <>
          <Button disabled={clear.isPending} onClick={onClose}>
            {m.ui_cancel()}
          </Button>
          <Button type="submit" form={id} variant="danger-solid" busy={clear.isPending}>
            {m.history_clear_do()}
          </Button>
        </>
      }
    >
      <ClearForm id={id} clear={clear} onClose={onClose} />
    </Dialog>
  )
}

interface ClearFormProps {
  id: string
  clear: ReturnType<typeof useClearHistory>
  onClose: () => void
}

function ClearForm({ id, clear, onClose }: ClearFormProps) {
  const [problem, setProblem] = useState<unknown>(null)
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { days: USUAL, what: 'all', types: [] },
  })
  const { errors } = form.formState
  const some = form.watch('what') === 'some'
  const submit = form.handleSubmit(({ days, what, types }) => {
    setProblem(null)
    clear.mutate(
      { older_than_days: days, types: what === 'all' ? null : (types as EventType[]) },
      {
        onSuccess: ({ cleared }) => {
          if (cleared == null) toast.ok(m.history_clearing())
          else if (cleared === 0) toast.ok(m.history_cleared_none())
          else toast.ok(m.history_cleared({ count: cleared }))
          onClose()
        },
        onError: (error) =>
          setProblem(
            spreadProblem(error, form.setError, { older_than_days: 'days', types: 'types' }),
          ),
      },
    )
  })
  return (
    <form id={id} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <FormProblem error={problem} />
      <Field
        label={m.history_clear_days()}
        help={m.history_clear_days_help()}
        error={errors.days?.message}
      >
        <NumberInput
          min={YOUNGEST}
          max={OLDEST}
          unit={m.history_clear_unit()}
          {...form.register('days', { valueAsNumber: true })}
        />
      </Field>
      <FieldSet legend={m.history_clear_what()} error={errors.types?.message}>
        <Radio value="all" label={m.history_clear_all()} {...form.register('what')} />
        <Radio value="some" label={m.history_clear_some()} {...form.register('what')} />
        {some && (
          <div className="max-h-56 overflow-y-auto rounded-tile border border-line px-3 py-1">
            {EVENT_TYPES.map((type) => (
              <Checkbox
                key={type}
                value={type}
                label={eventName(type)}
                {...form.register('types')}
              />
            ))}
          </div>
        )}
      </FieldSet>
      <Alert tone="info">{m.history_clear_kept()}</Alert>
    </form>
  )
}
