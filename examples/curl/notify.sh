#!/bin/sh
# People in, an event raised, a notification sent, and its status asked for until it has settled: with curl alone.
#
#   BELFRY_URL=https://bells.example BELFRY_WORKSPACE=my-workspace BELFRY_API_KEY=bfk_… ./notify.sh
#
# The key needs the scopes users:write, events:write, notifications:write and notifications:read.
set -eu
: "${BELFRY_URL:?}" "${BELFRY_WORKSPACE:?}" "${BELFRY_API_KEY:?}"

# One call: method, path, body. -f makes curl fail on a 4xx or 5xx; each run of the script has idempotency keys of its
# own, so that --retry can repeat a call whose answer got lost without doing anything twice.
run=$(date +%s)-$$
belfry() {
  curl -fsS --retry 3 -X "$1" "$BELFRY_URL/v1/workspaces/$BELFRY_WORKSPACE$2" \
    -H "Authorization: Bearer $BELFRY_API_KEY" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $run$2" ${3:+-d "$3"}
}

# The value of one text field of an answer. Use jq if you have it; this needs nothing but sed.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }

# 1. People, by your own ids. Who is there already is changed to what it says here.
belfry POST /users/batch '[
  {"external_id":"ann","name":"Ann Keller","email":"ann@example.com"},
  {"external_id":"ben","name":"Ben Okafor","email":"ben@example.com"}
]' > /dev/null
echo "people are in"

# 2. Something happened in your product. The answer comes when the event is durable; items of one type on one subject
#    stack in the inbox.
event=$(belfry POST /events '{
  "type":"ticket.message","recipients":["ann"],"title":"New message","message":"Your part has **arrived**.",
  "subject":{"kind":"ticket","id":"T-1042","title":"Broken badge printer"}
}' | field id)
echo "raised $event"

# 3. A notification to everyone. {"everyone":true} has to be said: an audience is never everyone by mistake.
notification=$(belfry POST /notifications '{
  "title":"Doors open","message":"Gates **A** and **B** are open.","audience":{"everyone":true}
}' | field id)
echo "sent $notification"

# 4. Its status, until nothing is under way any more.
while :; do
  status=$(belfry GET "/notifications/$notification" | field status)
  echo "status $status"
  case $status in
    sent | partly_failed | failed | cancelled | expired | missed) break ;;
  esac
  sleep 1
done
