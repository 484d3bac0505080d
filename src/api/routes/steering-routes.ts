import { z } from 'zod';
import { endOverrides, setScalingMode } from '../../actions/control-scaling.ts';
import { addSchedule, listSchedules, removeSchedule } from '../../actions/manage-schedules.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import { appParams, appSchema } from '../schema/app-schema.ts';
import {
  autoBody,
  modeBody,
  scheduleBody,
  scheduleSchema,
  schedulesSchema,
} from '../schema/steering-schema.ts';

const tags = ['scaling'];
const params = appParams;

export function declareSteeringRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'PUT',
    url: '/api/v1/apps/:app/mode',
    schema: {
      tags,
      summary: 'Set whether the autoscaler acts, only decides, or holds',
      description: 'A mode holds through deployments until another one is set.',
      params,
      body: modeBody,
      response: { 200: appSchema },
    },
    handler: async (request) =>
      setScalingMode(deps, actorOf(request), { app: request.params.app, ...request.body }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/scale::auto',
    schema: {
      tags,
      summary: 'End overrides: the autoscaler goes on',
      params,
      body: autoBody.optional(),
      response: { 200: appSchema },
    },
    handler: async (request) =>
      endOverrides(deps, actorOf(request), { app: request.params.app, ...request.body }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/apps/:app/schedules',
    schema: {
      tags,
      summary: 'Windows in which services have bounds of their own',
      params,
      response: { 200: schedulesSchema },
    },
    handler: async (request) => ({ items: listSchedules(deps, actorOf(request), request.params) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/apps/:app/schedules',
    schema: {
      tags,
      summary: 'Give a service other bounds while a window is open',
      params,
      body: scheduleBody,
      response: { 201: scheduleSchema },
    },
    handler: async (request, reply) => {
      const input = { app: request.params.app, ...request.body };
      return reply.code(201).send(addSchedule(deps, actorOf(request), input));
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/apps/:app/schedules/:id',
    schema: {
      tags,
      summary: 'Remove a schedule',
      params: appParams.extend({ id: z.coerce.number().int().positive() }),
      response: { 204: z.undefined().describe('It is gone.') },
    },
    handler: async (request, reply) => {
      removeSchedule(deps, actorOf(request), request.params);
      return reply.code(204).send();
    },
  });
}
