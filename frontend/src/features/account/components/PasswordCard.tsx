import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import type { Schema } from '@/api/client'
import { FormProblem, spreadProblem } from '@/components/form'
import { newPassword } from '@/components/schemas'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { CardSection } from '@/components/ui/Card'
import { Field } from '@/components/ui/Field'
import { PasswordInput } from '@/components/ui/PasswordInput'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { useChangePassword } from '../queries'

const FIELDS = { current_password: 'current_password', new_password: 'new_password' } as const

/** Changes the password, or sets the first one. */
export function PasswordCard({ admin }: { admin: Schema<'Admin'> }) {
  const [rest, setRest] = useState<unknown>(null)
  const change = useChangePassword()
  const asksCurrent = admin.has_password
  const schema = z.object({
    current_password: asksCurrent
      ? z.string().check(z.minLength(1, m.account_current_missing()))
      : z.string(),
    new_password: newPassword(),
  })
  const { register, handleSubmit, setError, reset, formState } = useForm({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: { current_password: '', new_password: '' },
  })
  const { errors } = formState
  return (
    <CardSection title={m.account_password()}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={handleSubmit(({ current_password, new_password }) => {
          setRest(null)
          const body = { new_password, ...(asksCurrent && { current_password }) }
          change.mutate(body, {
            onSuccess: () => {
              reset()
              toast.ok(m.account_password_changed())
            },
            onError: (error) => setRest(spreadProblem(error, setError, FIELDS)),
          })
        })}
      >
        {admin.must_change_password && <Alert tone="warn">{m.account_password_must()}</Alert>}
        {!admin.has_password && <p className="text-fg-2">{m.account_password_none()}</p>}
        <FormProblem error={rest} />
        {/* Lets password managers know whose password this is. */}
        <input type="hidden" autoComplete="username" value={admin.username} readOnly />
        {asksCurrent && (
          <Field label={m.account_current_password()} error={errors.current_password?.message}>
            <PasswordInput autoComplete="current-password" {...register('current_password')} />
          </Field>
        )}
        <Field
          label={m.new_password()}
          help={m.new_password_help()}
          error={errors.new_password?.message}
        >
          <PasswordInput autoComplete="new-password" {...register('new_password')} />
        </Field>
        <Button type="submit" busy={change.isPending} className="self-end">
          {admin.has_password ? m.account_change_password() : m.account_set_password()}
        </Button>
      </form>
    </CardSection>
  )
}
