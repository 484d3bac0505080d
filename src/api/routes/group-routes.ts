import { z } from 'zod';
import { addGroup, listGroups, removeGroup, setMember, shareApp } from '../../actions/manage-groups.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { groupSchema, groupsSchema, memberBody, newGroupBody } from '../schema/group-schema.ts';

const tags = ['people'];
const group = z.string().max(100);
const ofMember = z.object({ group, name: z.string().max(100) });
const ofApp = z.object({ group, app: z.string() });

export function declareGroupRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/groups',
    schema: { tags, operationId: 'listGroups', summary: 'Own groups', response: { 200: groupsSchema } },
    handler: async (request) => ({ items: listGroups(deps, actorOf(request)) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/groups',
    schema: {
      tags,
      operationId: 'addGroup',
      summary: 'Make a group, and be its owner',
      body: newGroupBody,
      response: { 201: groupSchema },
    },
    handler: async (request, reply) => reply.code(201).send(addGroup(deps, actorOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/groups/:group',
    schema: {
      tags,
      operationId: 'removeGroup',
      summary: 'Remove a group; its apps are no longer shared',
      params: z.object({ group }),
      response: { 204: z.undefined().describe('Removed.') },
    },
    handler: async (request, reply) => {
      removeGroup(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
  declareMembers(app, deps);
  declareShares(app, deps);
}

function declareMembers(app: ApiInstance, deps: RouteContext['deps']): void {
  app.route({
    method: 'PUT',
    url: '/api/v1/groups/:group/members/:name',
    schema: {
      tags,
      operationId: 'setMember',
      summary: 'Take a person into a group, or give another role in it',
      params: ofMember,
      body: memberBody,
      response: { 200: groupSchema },
    },
    handler: async (request) =>
      setMember(deps, actorOf(request), { ...request.params, role: request.body.role }),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/groups/:group/members/:name',
    schema: {
      tags,
      operationId: 'removeMember',
      summary: 'Take a person out of a group, or leave it',
      params: ofMember,
      response: { 200: groupSchema },
    },
    handler: async (request) => setMember(deps, actorOf(request), { ...request.params, role: null }),
  });
}

function declareShares(app: ApiInstance, deps: RouteContext['deps']): void {
  app.route({
    method: 'PUT',
    url: '/api/v1/groups/:group/apps/:app',
    schema: {
      tags,
      operationId: 'shareApp',
      summary: 'Share an app with a group',
      params: ofApp,
      response: { 200: groupSchema },
    },
    handler: async (request) => shareApp(deps, actorOf(request), { ...request.params, isShared: true }),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/groups/:group/apps/:app',
    schema: {
      tags,
      operationId: 'unshareApp',
      summary: 'Share an app with a group no longer',
      params: ofApp,
      response: { 200: groupSchema },
    },
    handler: async (request) => shareApp(deps, actorOf(request), { ...request.params, isShared: false }),
  });
}
