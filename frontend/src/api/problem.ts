// What the server says when it refuses: RFC 9457 problem details, as an Error.

export interface FieldProblem {
  /** JSON pointer into the request body, e.g. "/max_uses". */
  pointer: string
  code: string
  detail: string
}

export interface Problem {
  type?: string
  title: string
  status: number
  detail?: string | null
  code: string
  request_id?: string | null
  permission?: string | null
  errors?: FieldProblem[] | null
  changed_fields?: string[] | null
}

/** The code of a failure that never reached the server, or came from something in between. */
export const UNREACHABLE = 'unreachable'

/** The code of a sign-in for which plex.tv gave no PIN. */
export const NO_PIN = 'no_pin'

/** A refused or failed request. */
export class ApiError extends Error {
  readonly problem: Problem
  /** Seconds to wait before asking again, when the server named them. */
  readonly retryAfter: number | null

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
    this.problem = problem
    this.retryAfter = retryAfter
  }

  get status() {
    return this.problem.status
  }

  get code() {
    return this.problem.code
  }
}

/** Whether the failure carries this problem code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code
}

/** Whether the failure carries this HTTP status. */
export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status
}
