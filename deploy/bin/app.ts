/** What `cdk` runs: `cdk synth --context environment=prod`. */
import { App } from 'aws-cdk-lib';
import { addStacks } from '../lib/add-stacks.ts';
import { loadEnvironment } from '../lib/environment.ts';

const app = new App();
const environment: unknown = app.node.tryGetContext('environment');
if (typeof environment !== 'string') throw new Error('Say which environment: --context environment=dev');
addStacks(app, loadEnvironment(environment));
app.synth();
