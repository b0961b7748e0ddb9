import { useQuery } from '@tanstack/react-query'
import { useWatch } from 'react-hook-form'
import { Alert } from '@/components/ui/Alert'
import { Checkbox } from '@/components/ui/Checkbox'
import { ErrorState } from '@/components/ui/ErrorState'
import { FieldSet } from '@/components/ui/Field'
import { Radio } from '@/components/ui/Radio'
import { Bone, Skeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { libraryChoicesQuery } from '../queries'
import type { PartProps } from './InviteForm'

/** All libraries, now and later, or a set of them. */
export function LibraryPicker({ control, register, errors }: PartProps) {
  const mode = useWatch({ control, name: 'libraries' })
  return (
    <FieldSet legend={m.invite_libraries()} error={errors.library_ids?.message}>
      <Radio
        value="all"
        label={m.invite_libraries_all()}
        help={m.invite_libraries_all_help()}
        {...register('libraries')}
      />
      <Radio value="some" label={m.invite_libraries_choose()} {...register('libraries')} />
      {mode === 'some' && (
        <div className="ps-8">
          <Choices register={register} />
        </div>
      )}
    </FieldSet>
  )
}

function Choices({ register }: Pick<PartProps, 'register'>) {
  const libraries = useQuery(libraryChoicesQuery)
  if (libraries.isPending)
    return (
      <Skeleton className="flex flex-col gap-3 py-2">
        <Bone className="h-4 w-40" />
        <Bone className="h-4 w-32" />
        <Bone className="h-4 w-36" />
      </Skeleton>
    )
  if (libraries.isError)
    return (
      <ErrorState
        title={m.invite_libraries_failed()}
        error={libraries.error}
        onRetry={() => void libraries.refetch()}
      />
    )
  if (libraries.data.items.length === 0)
    return <Alert tone="info">{m.invite_libraries_none()}</Alert>
  return libraries.data.items.map((library) => (
    <Checkbox
      key={library.id}
      value={library.id}
      label={<bdi>{library.title}</bdi>}
      {...register('library_ids')}
    />
  ))
}
