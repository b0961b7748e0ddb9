import type { ComponentProps, ReactNode } from 'react'
import { Choice } from './Choice'

interface RadioProps extends Omit<ComponentProps<'input'>, 'type'> {
  label: ReactNode
  help?: ReactNode
}

/** One of several; put them in a FieldSet and give them one name. */
export function Radio({ label, help, ...rest }: RadioProps) {
  return (
    <Choice label={label} help={help}>
      {(ids) => (
        <input {...rest} {...ids} type="radio" className="tick cursor-pointer rounded-full" />
      )}
    </Choice>
  )
}
