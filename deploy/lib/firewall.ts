import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import type { Stack } from 'aws-cdk-lib';

/** Requests from one address in five minutes; the gateway's own limits, by cost and client, are far below. */
const MAX_REQUESTS_PER_ADDRESS = 10_000;

/** Amazon's lists before the load balancer. No rules on the size or the text of bodies: GraphQL looks like an attack. */
export function addFirewall(scope: Stack, resourceArn: string): void {
  const visibility = (metricName: string) => ({
    metricName,
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
  });
  const managed = ['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesKnownBadInputsRuleSet'];
  const firewall = new wafv2.CfnWebACL(scope, 'Firewall', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility('firewall'),
    rules: [
      ...managed.map((name, priority) => ({
        name,
        priority,
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
        visibilityConfig: visibility(name),
      })),
      {
        name: 'TooManyRequests',
        priority: managed.length,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: { rateBasedStatement: { limit: MAX_REQUESTS_PER_ADDRESS, aggregateKeyType: 'IP' } },
        visibilityConfig: visibility('too-many-requests'),
      },
    ],
  });
  new wafv2.CfnWebACLAssociation(scope, 'FirewallOfLoadBalancer', {
    resourceArn,
    webAclArn: firewall.attrArn,
  });
}
