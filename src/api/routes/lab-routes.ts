import { z } from 'zod';
import { answerStep, listLabs, showLab, showLabBoard, startLab, takeHint } from '../../actions/study-lab.ts';
import { actorOf, type ApiInstance, type RouteContext } from '../api-instance.ts';
import {
  judgedLabSchema,
  labAnswerBody,
  labBoardSchema,
  labSchema,
  labsSchema,
} from '../schema/lab-schema.ts';

const tags = ['labs'];
const lab = z.string().max(100);
const ofStep = z.object({ lab, step: z.string().max(100) });

export function declareLabRoutes(app: ApiInstance, { deps }: RouteContext): void {
  app.route({
    method: 'GET',
    url: '/api/v1/labs',
    schema: {
      tags,
      operationId: 'listLabs',
      summary: 'Guided labs, and how far one is',
      response: { 200: labsSchema },
    },
    handler: async (request) => ({ items: listLabs(deps, actorOf(request)) }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/labs/:lab',
    schema: {
      tags,
      operationId: 'getLab',
      summary: "One lab with one's own try",
      description:
        "Goals are judged by Crane's own records of one's own apps since the try began; a goal once met stays met.",
      params: z.object({ lab }),
      response: { 200: labSchema },
    },
    handler: async (request) => showLab(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/lab-board',
    schema: {
      tags,
      operationId: 'getLabBoard',
      summary: 'Who met which goals, for admins',
      response: { 200: labBoardSchema },
    },
    handler: async (request) => ({ items: showLabBoard(deps, actorOf(request)) }),
  });
  declareTries(app, deps);
}

function declareTries(app: ApiInstance, deps: RouteContext['deps']): void {
  app.route({
    method: 'POST',
    url: '/api/v1/labs/:lab/start',
    schema: {
      tags,
      operationId: 'startLab',
      summary: 'Begin a lab, or begin it anew; apps stay as they are',
      params: z.object({ lab }),
      response: { 201: labSchema },
    },
    handler: async (request, reply) => reply.code(201).send(startLab(deps, actorOf(request), request.params)),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/labs/:lab/steps/:step/hint',
    schema: {
      tags,
      operationId: 'takeLabHint',
      summary: 'Show the next hint of a step',
      params: ofStep,
      response: { 200: labSchema },
    },
    handler: async (request) => takeHint(deps, actorOf(request), request.params),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/labs/:lab/steps/:step/answer',
    schema: {
      tags,
      operationId: 'answerLabStep',
      summary: 'Answer a question',
      params: ofStep,
      body: labAnswerBody,
      response: { 200: judgedLabSchema },
    },
    handler: async (request) => answerStep(deps, actorOf(request), { ...request.params, ...request.body }),
  });
}
