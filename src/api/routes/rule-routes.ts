import { z } from 'zod';
import {
  addRule,
  listRules,
  listRuleSets,
  previewRule,
  removeRule,
  rollBackRules,
} from '../../actions/manage-rules.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams } from '../schema/app-schema.ts';
import {
  rulePreviewSchema,
  rulesRollbackBody,
  ruleSchema,
  ruleSetSchema,
  ruleSetsSchema,
} from '../schema/rule-schema.ts';

const tags = ['rules'];
const params = appParams;

export function declareRuleRoutes(app: ApiInstance, { deps, closing }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/rules',
    schema: { tags, summary: "The owner's alert rules in force", params, response: { 200: ruleSetSchema } },
    handler: async (request) => listRules(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/rules',
    schema: {
      tags,
      summary: 'Add an alert rule, or replace the one of this name',
      description: 'Prometheus parses and evaluates it first; what it refuses never reaches the rule set.',
      params,
      body: ruleSchema,
      response: { 200: ruleSetSchema },
    },
    handler: async (request) =>
      addRule(deps, actorOf(request), { app: request.params.app, rule: request.body }, closing),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/apps/:app/rules/:name',
    schema: {
      tags,
      summary: 'Remove an alert rule',
      params: appParams.extend({ name: z.string().max(100) }),
      response: { 200: ruleSetSchema },
    },
    handler: async (request) => removeRule(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/rules::preview',
    schema: {
      tags,
      summary: 'When a rule would have fired in the last hour',
      description: 'Stores nothing.',
      params,
      body: ruleSchema,
      response: { 200: rulePreviewSchema },
    },
    handler: async (request) =>
      previewRule(deps, actorOf(request), { app: request.params.app, rule: request.body }, closing),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/rule-versions',
    schema: {
      tags,
      summary: 'Versions of the rules, newest first',
      params,
      response: { 200: ruleSetsSchema },
    },
    handler: async (request) => ({ items: listRuleSets(deps, actorOf(request), request.params) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/rules::rollback',
    schema: {
      tags,
      summary: 'Take the rules of an earlier version again',
      params,
      body: rulesRollbackBody.optional(),
      response: { 200: ruleSetSchema },
    },
    handler: async (request) =>
      rollBackRules(deps, actorOf(request), { app: request.params.app, ...request.body }, closing),
  });
}
