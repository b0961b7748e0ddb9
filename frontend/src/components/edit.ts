// Editing what others may edit as well: what was typed stays, and what they changed meanwhile is told.
import { useEffect, useEffectEvent, useState } from 'react'
import {
  type DefaultValues,
  type FieldValues,
  type Path,
  type Resolver,
  type UseFormReturn,
  useForm,
} from 'react-hook-form'
import { ApiError, hasCode } from '@/api/problem'
import { spreadProblem } from './form'

interface EditOptions<Item, Values extends FieldValues> {
  /** As it was read last. */
  current: Item
  valuesOf: (item: Item) => Values
  /** Fields that say one thing together: kept, or taken over, as one. */
  together?: Path<Values>[][]
  resolver?: Resolver<Values>
  /** The first part of the server's pointers, and where the form shows it. */
  fields: Record<string, Path<Values>>
  /** Reads it anew. */
  read: () => Promise<Item>
  /** Whether this form is about that field of the item; about all of them unless said. */
  about?: (field: string) => boolean
}

/** A form over something that has a version. */
export function useEdit<Item extends { version: number }, Values extends FieldValues>({
  current,
  valuesOf,
  together = [],
  resolver,
  fields,
  read,
  about = () => true,
}: EditOptions<Item, Values>) {
  // What the edit is based on.
  const [base, setBase] = useState(current)
  const [theirs, setTheirs] = useState<string[] | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const form = useForm<Values>({
    ...(resolver && { resolver }),
    mode: 'onTouched',
    defaultValues: valuesOf(current) as DefaultValues<Values>,
  })
  // Read while drawing, or the form would not keep count. Of each field it does where the page reads `dirtyFields`.
  const { isDirty } = form.formState

  /** Goes on from this; what was typed stays, but for fields that have been saved. */
  const rebase = (fresh: Item, saved: string[] = []) => {
    setTheirs(null)
    setBase(fresh)
    takeOver(form, valuesOf(fresh), { together, saved })
  }

  /** Begins anew with this; what was typed is gone. */
  const adopt = (fresh: Item) => {
    setTheirs(null)
    setProblem(null)
    setBase(fresh)
    form.reset(valuesOf(fresh))
  }

  // While nothing has been typed, the form follows what happens elsewhere.
  const follow = useEffectEvent(() => {
    if (!isDirty && current.version > base.version) adopt(current)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: when there is something to follow.
  useEffect(follow, [current.version, isDirty])

  /**
   * Sends an edit of what is shown; answers what came of it, null where it was refused. Somebody else was quicker:
   * their values come in, except where something was typed, and `theirs` names them.
   */
  const send = async (request: (version: number) => Promise<Item>): Promise<Item | null> => {
    setProblem(null)
    try {
      return await request(base.version)
    } catch (error) {
      if (!(error instanceof ApiError) || !hasCode(error, 'version_conflict')) {
        setProblem(spreadProblem(error, form.setError, fields))
        return null
      }
      try {
        const fresh = await read()
        const changed = error.problem.changed_fields ?? []
        const seen = changed.filter(about)
        rebase(fresh)
        // What nobody sees here is nobody's conflict.
        if (changed.length > 0 && seen.length === 0) return await request(fresh.version)
        setTheirs(seen)
      } catch (again) {
        setProblem(again)
      }
      return null
    }
  }

  return { form, base, theirs, problem, adopt, rebase, send }
}

interface TakeOver<Values extends FieldValues> {
  together: Path<Values>[][]
  /** What was typed there has been saved. */
  saved: string[]
}

/** Takes over what the server says now, but for what was typed. */
function takeOver<Values extends FieldValues>(
  form: UseFormReturn<Values>,
  fresh: Values,
  { together, saved }: TakeOver<Values>,
) {
  const typed = form.getValues()
  const group = (name: Path<Values>) => together.find((names) => names.includes(name)) ?? [name]
  const kept = (Object.keys(fresh) as Path<Values>[]).filter((name) =>
    group(name).some((each) => form.getFieldState(each).isDirty && !saved.includes(each)),
  )
  form.reset(fresh)
  for (const name of kept) form.setValue(name, typed[name], { shouldDirty: true })
}
