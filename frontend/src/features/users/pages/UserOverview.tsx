import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { userQuery } from '@/api/user'
import { CardSection } from '@/components/ui/Card'
import { m } from '@/paraglide/messages.js'
import { AccessPanel } from '../components/AccessPanel'
import { About, Flags, Time, Watched } from '../components/Profile'

/** Who somebody is, and what they may see. */
export default function UserOverview() {
  const { userId } = useParams({ from: '/shell/users/$userId' })
  const user = useQuery(userQuery(userId)).data
  if (!user) return null
  return (
    <div className="flex flex-col gap-4">
      <Watched user={user} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <CardSection title={m.user_access()}>
            <AccessPanel user={user} />
          </CardSection>
          <CardSection title={m.user_time()}>
            <Time user={user} />
          </CardSection>
          <CardSection title={m.user_notes()}>
            {user.notes ? (
              <p className="text-base whitespace-pre-wrap">{user.notes}</p>
            ) : (
              <p className="text-sm text-fg-3">{m.user_no_notes()}</p>
            )}
          </CardSection>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <CardSection title={m.user_about()}>
            <About user={user} />
          </CardSection>
          <CardSection title={m.user_flags()}>
            <Flags user={user} />
          </CardSection>
        </div>
      </div>
    </div>
  )
}
