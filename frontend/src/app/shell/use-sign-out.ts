import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { api, unwrap } from '@/api/client'
import { hasStatus } from '@/api/problem'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'

/** Ends this session, forgets everything that was loaded and shows the sign-in page. */
export function useSignOut(): () => void {
  const client = useQueryClient()
  const router = useRouter()
  return async () => {
    try {
      await unwrap(api.DELETE('/api/v1/session'))
    } catch (error) {
      // 401: it had ended already.
      if (!hasStatus(error, 401)) return toast.error(m.nav_sign_out_failed())
    }
    await router.navigate({ to: '/sign-in', search: {} })
    client.clear()
  }
}
