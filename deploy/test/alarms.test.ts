import { describe, expect, it } from '@jest/globals';
import { readTemplates, resourcesOf, type Resource } from './templates.ts';

const prod = readTemplates('prod');
const OWN_ACCOUNT = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
const CLOUDWATCH = { Service: 'cloudwatch.amazonaws.com' };

describe('an alarm', () => {
  const platform = prod['platform'] ?? { Resources: {} };
  const only = (type: string): readonly [id: string, Resource] => {
    const found = Object.entries(platform.Resources).filter(([, { Type }]) => Type === type);
    expect(found).toHaveLength(1);
    return found[0] ?? ['', { Type: type, Properties: {} }];
  };

  it('may publish to the topic of alarms, those of this account only', () => {
    const [topic] = only('AWS::SNS::Topic');
    const [, { Properties }] = only('AWS::SNS::TopicPolicy');

    expect(Properties.Topics).toEqual([{ Ref: topic }]);
    expect(Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: CLOUDWATCH,
        Resource: { Ref: topic },
        Condition: OWN_ACCOUNT,
      }),
    );
  });

  it('may encrypt what it publishes with the key of that topic', () => {
    const [, topic] = only('AWS::SNS::Topic');
    const [key, { Properties }] = only('AWS::KMS::Key');

    expect(JSON.stringify(topic.Properties.KmsMasterKeyId)).toContain(key);
    expect(Properties.KeyPolicy.Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Principal: CLOUDWATCH,
      Resource: '*',
      Condition: OWN_ACCOUNT,
    });
  });

  it('tells of its beginning and its end there', () => {
    const [topic] = only('AWS::SNS::Topic');
    for (const template of Object.values(prod))
      for (const { Properties } of resourcesOf(template, 'AWS::CloudWatch::Alarm')) {
        expect(JSON.stringify(Properties.AlarmActions)).toContain(topic);
        expect(Properties.OKActions).toEqual(Properties.AlarmActions);
      }
  });
});
