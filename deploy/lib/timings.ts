/** Seconds that have to fit each other, from the outside in; deploy/test/timings.test.ts holds them to the code's. */

/** The load balancer closes a connection that is idle this long; the server must wait longer. */
export const ALB_IDLE_TIMEOUT_S = 60;
/** How long the load balancer lets requests to a task that leaves end. */
export const DEREGISTRATION_DELAY_S = 30;
/** ECS kills a task that has not ended this long after SIGTERM. */
export const STOP_TIMEOUT_S = 60;
/** Longest the proxy between gateway and subgraph waits: longer than the gateway itself does (30 s). */
export const SERVICE_CONNECT_REQUEST_TIMEOUT_S = 40;
