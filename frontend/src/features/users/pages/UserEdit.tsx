import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { userQuery } from '@/api/user'
import { UserForm } from '../components/UserForm'

/** Changes what somebody may do, and what is known of them. */
export default function UserEdit() {
  const { userId } = useParams({ from: '/shell/users/$userId' })
  const user = useQuery(userQuery(userId)).data
  return user && <UserForm key={user.id} user={user} />
}
