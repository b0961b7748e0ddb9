// The wizard's calls. Each step that succeeds asks the server which one is next.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, type Schema, unwrap } from '@/api/client'
import { plexServersQuery } from '@/api/plex-servers'
import { usePlexSignIn } from '@/api/plex-sign-in'
import { sessionQuery, setupQuery } from '@/api/session'

export type SetupStep = Schema<'SetupStep'>

/** Asks again where the wizard stands. */
export function useNextStep() {
  const client = useQueryClient()
  return () => client.refetchQueries({ queryKey: setupQuery.queryKey })
}

export function useCreateAdmin() {
  const client = useQueryClient()
  const nextStep = useNextStep()
  return useMutation({
    mutationFn: (body: Schema<'FirstAdmin'>) => unwrap(api.POST('/api/v1/setup/admin', { body })),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session)
      return nextStep()
    },
  })
}

/** The first admin by Plex; the code is asked for when the way begins. */
export function useCreateAdminByPlex(setupCode: () => string) {
  const client = useQueryClient()
  const nextStep = useNextStep()
  return usePlexSignIn({
    purpose: 'setup_admin',
    start: () =>
      unwrap(api.POST('/api/v1/setup/admin/plex', { body: { setup_code: setupCode() } })),
    attach: ({ id, code }) =>
      unwrap(api.POST('/api/v1/setup/admin/plex/pin', { body: { pin_id: id, code } })),
    complete: () => unwrap(api.POST('/api/v1/setup/admin/plex/complete')),
    onDone: (session) => {
      client.setQueryData(sessionQuery.queryKey, session)
      void nextStep()
    },
  })
}

export function useTestPlex() {
  return useMutation({
    mutationFn: (body: Schema<'PlexUrlToken'>) =>
      unwrap(api.POST('/api/v1/setup/plex/test', { body })),
  })
}

export function useSavePlex() {
  const client = useQueryClient()
  const nextStep = useNextStep()
  return useMutation({
    mutationFn: (body: Schema<'SavePlex'>) => unwrap(api.PUT('/api/v1/setup/plex', { body })),
    onSuccess: () => {
      // The owner's sign-in was for this one choice: another one takes another.
      client.removeQueries({ queryKey: plexServersQuery.queryKey })
      return nextStep()
    },
  })
}

export function useSaveApp() {
  const nextStep = useNextStep()
  return useMutation({
    mutationFn: (body: Schema<'SaveApp'>) => unwrap(api.PUT('/api/v1/setup/app', { body })),
    onSuccess: nextStep,
  })
}

export function useFinishSetup() {
  return useMutation({ mutationFn: () => unwrap(api.POST('/api/v1/setup/finish')) })
}
