// What is open beside a list has its place in the address: Back closes it, a reload keeps it.
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useRef } from 'react'

/**
 * What the address says is open under `key`. Whatever was open last stays known, so that a drawer can
 * close with its contents.
 */
export function useBeside(key: string, id: string | undefined) {
  const navigate = useNavigate()
  const router = useRouter()
  const arrived = useRef(id)
  const last = useRef(id)
  if (id !== undefined) last.current = id
  const onClose = () => {
    // Opened from the list: Back is where the list was. Opened by its address: stay here without it.
    if (arrived.current !== id) return router.history.back()
    arrived.current = undefined
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, [key]: undefined }),
      replace: true,
      resetScroll: false,
    })
  }
  return { id: id ?? last.current, open: id !== undefined, onClose }
}
