import http from "k6/http";

export const options = {
  discardResponseBodies: true,
  scenarios: { all: { executor: "constant-vus", vus: 64, duration: `${__ENV.SECONDS}s` } },
};

export default function () {
  http.get(`${__ENV.BASE}${1 + Math.floor(4500 * Math.random())}`, { tags: { name: "/customerdata/{id}" } });
}
