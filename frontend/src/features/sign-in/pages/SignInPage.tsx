import { zodResolver } from '@hookform/resolvers/zod'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { FormProblem } from '@/components/form'
import { PlexButton } from '@/components/PlexButton'
import { PublicLayout } from '@/components/PublicLayout'
import { Button } from '@/components/ui/Button'
import { Field } from '@/components/ui/Field'
import { Input } from '@/components/ui/Input'
import { PageHead } from '@/components/ui/PageHead'
import { PasswordInput } from '@/components/ui/PasswordInput'
import { safeNext } from '@/lib/base'
import { recall, remember } from '@/lib/tab-memory'
import { m } from '@/paraglide/messages.js'
import { usePlexLogin, useSignIn } from '../queries'

const NEXT = 'pum.next'

const schema = z.object({
  username: z.string().check(z.trim(), z.minLength(1, m.sign_in_username_missing())),
  password: z.string().check(z.minLength(1, m.sign_in_password_missing())),
})

/** Where to go afterwards; Plex sends people back without it. */
function useNext(): string {
  const { next } = useSearch({ from: '/sign-in' })
  useEffect(() => {
    if (next) remember(NEXT, next)
  }, [next])
  return safeNext(next ?? recall(NEXT))
}

/** The door for admins: by password or by Plex. */
export default function SignInPage() {
  const next = useNext()
  const router = useRouter()
  const enter = () => {
    remember(NEXT, null)
    router.history.push(next)
  }
  const signIn = useSignIn(enter)
  const plex = usePlexLogin(enter)
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: { username: '', password: '' },
  })
  const { errors } = formState

  return (
    <PublicLayout>
      <PageHead title={m.sign_in_title()} status={m.sign_in_status()} />
      <form
        noValidate
        onSubmit={handleSubmit((credentials) => signIn.mutate(credentials))}
        className="flex flex-col gap-4"
      >
        <FormProblem error={signIn.error} />
        <Field label={m.sign_in_username()} error={errors.username?.message}>
          <Input autoComplete="username" autoCapitalize="off" {...register('username')} />
        </Field>
        <Field label={m.sign_in_password()} error={errors.password?.message}>
          <PasswordInput autoComplete="current-password" {...register('password')} />
        </Field>
        <Button type="submit" variant="primary" size="lg" busy={signIn.isPending}>
          {m.sign_in_title()}
        </Button>
      </form>
      <div className="flex items-center gap-3 text-xs text-fg-3">
        <span aria-hidden className="h-px flex-1 bg-line" />
        {m.sign_in_or()}
        <span aria-hidden className="h-px flex-1 bg-line" />
      </div>
      <PlexButton label={m.plex_sign_in()} signIn={plex} className="h-11 w-full" />
    </PublicLayout>
  )
}
