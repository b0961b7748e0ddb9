import { useQuery } from '@tanstack/react-query'
import { useSettleDrift } from '@/api/drift'
import { libraryChoicesQuery } from '@/api/library-choices'
import { userQuery } from '@/api/user'
import { DriftDialog } from '@/components/DriftDialog'
import type { User } from '../queries'

interface SettlingProps {
  user: User
  open: boolean
  onClose: () => void
}

/** Which access of somebody is to hold: what Plex shows, or what is wanted. */
export default function Settling({ user: seen, open, onClose }: SettlingProps) {
  // The list may be older than what Plex showed last.
  const user = useQuery({ ...userQuery(seen.id), enabled: open }).data ?? seen
  const known = useQuery(libraryChoicesQuery).data?.items
  const settle = useSettleDrift(seen.id)
  return (
    <DriftDialog
      open={open}
      onClose={onClose}
      name={user.username}
      kind={user.drift?.kind ?? seen.drift?.kind}
      access={user}
      titleOf={(wanted) => known?.find(({ id }) => id === wanted)?.title}
      settle={settle}
    />
  )
}
