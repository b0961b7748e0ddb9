import { useAdmin } from '@/api/session'
import { PageHead } from '@/components/ui/PageHead'
import { m } from '@/paraglide/messages.js'
import { PasswordCard } from '../components/PasswordCard'
import { PlexCard } from '../components/PlexCard'
import { SessionsCard } from '../components/SessionsCard'

/** One's own ways in, and where one is signed in. */
export default function AccountPage() {
  const admin = useAdmin()
  return (
    <div className="flex max-w-180 flex-col gap-4">
      <PageHead title={m.account_title()} status={m.account_status()} />
      <PasswordCard admin={admin} />
      <PlexCard admin={admin} />
      <SessionsCard />
    </div>
  )
}
