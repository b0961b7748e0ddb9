import type { UseQueryResult } from '@tanstack/react-query'
import type { UseFormRegisterReturn } from 'react-hook-form'
import { m } from '@/paraglide/messages.js'
import { Alert } from './ui/Alert'
import { Checkbox } from './ui/Checkbox'
import { ErrorState } from './ui/ErrorState'
import { FieldSet } from './ui/Field'
import { Radio } from './ui/Radio'
import { Bone, Skeleton } from './ui/Skeleton'

interface LibraryPickerProps {
  /** The present choice, and the form's fields for it and for the libraries of a set. */
  mode: 'all' | 'some'
  modeField: UseFormRegisterReturn
  idsField: UseFormRegisterReturn
  error: string | undefined
  libraries: UseQueryResult<{ items: { id: string; title: string }[] }>
}

/** All libraries, now and later, or a set of them. */
export function LibraryPicker({ mode, modeField, idsField, error, libraries }: LibraryPickerProps) {
  return (
    <FieldSet legend={m.invite_libraries()} error={error}>
      <Radio
        value="all"
        label={m.invite_libraries_all()}
        help={m.invite_libraries_all_help()}
        {...modeField}
      />
      <Radio value="some" label={m.invite_libraries_choose()} {...modeField} />
      {mode === 'some' && (
        <div className="ps-8">
          <Choices idsField={idsField} libraries={libraries} />
        </div>
      )}
    </FieldSet>
  )
}

function Choices({ idsField, libraries }: Pick<LibraryPickerProps, 'idsField' | 'libraries'>) {
  if (libraries.isPending)
    return (
      <Skeleton className="flex flex-col gap-3 py-2">
        <Bone className="h-4 w-40" />
        <Bone className="h-4 w-32" />
        <Bone className="h-4 w-36" />
      </Skeleton>
    )
  if (libraries.isLoadingError)
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
      {...idsField}
    />
  ))
}
