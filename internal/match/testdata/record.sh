#!/bin/bash
# Records what kubectl and curl print on a new embedded cluster:
#
#	KUBECONFIG=... PATH=FOLDER-OF-KUBECTL:$PATH bash record.sh FILE.txtar
#
# run in this folder; it leaves three files of keys of that cluster in $TMPDIR.
# For cluster-1.txtar and cluster-2.txtar "kube controlplane --dir FOLDER" has
# been started anew each time, and the second time the pods were given longer.
set -u
out=$(realpath -m "$1")
n=0
echo "What kubectl and curl have printed on an embedded cluster. See record.sh." > "$out"
# r runs a command and records what it prints; q only runs it.
q() { bash -c "$1" >/dev/null 2>&1; }
r() {
	n=$((n+1))
	printf -- '-- %03d --\n$ %s\n' $n "$1" >> "$out"
	bash -c "$1" >> "$out" 2>&1
	[ -z "$(tail -c1 "$out")" ] || echo >> "$out"
}
tmp=${TMPDIR:-/tmp}
cp shop.yaml "$tmp"
cd "$tmp"
r 'kubectl create namespace shop'
r 'kubectl get namespaces'
r 'kubectl get namespaces --show-labels'
r 'kubectl label namespace shop istio-injection=enabled'
r 'kubectl get namespace -L istio-injection'
r 'kubectl apply -f shop.yaml'
r 'kubectl -n shop rollout status deployment/front --timeout=30s'
q 'kubectl -n shop wait --for=condition=Ready pod -l app=db --timeout=60s'
sleep ${SETTLE:-9}
r 'kubectl apply -f shop.yaml'
r 'kubectl -n shop get pods'
r 'kubectl -n shop get pods -o wide'
r 'kubectl -n shop get pods --show-labels'
r 'kubectl get pods -A'
r 'kubectl -n shop get pods -L app,version'
r 'kubectl -n shop get pods --no-headers'
r 'kubectl -n shop get pods -o name'
r 'kubectl -n shop get pods -l app=front -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image,NODE:.spec.nodeName,IP:.status.podIP'
r 'kubectl -n shop get pods -o custom-columns=NAME:.metadata.name,UID:.metadata.uid,CREATED:.metadata.creationTimestamp,RESOURCEVERSION:.metadata.resourceVersion'
r 'kubectl -n shop get services'
r 'kubectl -n shop get services -o wide'
r 'kubectl -n shop get deployments'
r 'kubectl -n shop get deployments -o wide'
r 'kubectl -n shop get replicasets'
r 'kubectl -n shop get replicasets -o wide'
r 'kubectl -n shop get statefulsets,daemonsets'
r 'kubectl -n shop get jobs,cronjobs'
r 'kubectl -n shop get all'
r 'kubectl -n shop get configmaps'
r 'kubectl -n shop get secrets'
r 'kubectl -n shop get serviceaccounts'
r 'kubectl -n shop get endpoints'
r 'kubectl -n shop get endpointslices'
r 'kubectl -n shop get ingress'
r 'kubectl -n shop get networkpolicies'
r 'kubectl -n shop get hpa'
r 'kubectl -n shop get pdb'
r 'kubectl -n shop get resourcequota'
r 'kubectl -n shop get roles,rolebindings'
r 'kubectl -n shop get pvc'
r 'kubectl get nodes'
r 'kubectl get nodes -o wide'
r 'kubectl get nodes --show-labels'
r 'kubectl -n shop get events --sort-by=.metadata.creationTimestamp | head -20'
r 'kubectl -n shop get deployment front -o yaml'
r 'kubectl -n shop get service front -o yaml'
r 'kubectl -n shop get service edge -o json'
r 'kubectl -n shop get configmap settings -o yaml'
r 'kubectl -n shop get configmap settings -o json'
r 'kubectl -n shop get secret access -o yaml'
r 'kubectl -n shop get secret access -o jsonpath={.data}'
r 'kubectl -n shop get pod db-0 -o yaml'
r 'kubectl -n shop get pod db-0 -o json'
r 'kubectl -n shop get pod -l app=back -o yaml'
r 'kubectl -n shop get hpa front -o yaml'
r 'kubectl -n shop get ingress front -o yaml'
r 'kubectl get node -o yaml | head -60'
r 'kubectl -n shop get pods -o jsonpath="{.items[*].spec.containers[*].image}"'
r "kubectl -n shop get deployments -o jsonpath='{range .items[*]}{.metadata.name}{\"\\t\"}{.spec.replicas}{\"\\n\"}{end}'"
r 'kubectl -n shop describe deployment front'
r 'kubectl -n shop describe pod -l app=front | head -60'
r 'kubectl -n shop describe pod db-0'
r 'kubectl -n shop describe service front'
r 'kubectl -n shop describe service edge'
r 'kubectl -n shop describe configmap settings'
r 'kubectl -n shop describe secret access'
r 'kubectl -n shop describe job migrate'
r 'kubectl -n shop describe hpa front'
r 'kubectl -n shop describe ingress front'
r 'kubectl -n shop describe resourcequota small'
r 'kubectl -n shop describe networkpolicy db'
r 'kubectl -n shop describe role reader'
r 'kubectl describe node'
r 'kubectl describe namespace shop'
r 'kubectl -n shop scale deployment back --replicas=4'
r 'kubectl -n shop rollout status deployment/back --timeout=30s'
r 'kubectl -n shop set image deployment/back api=registry.example.com/shop/back:2.5.0'
r 'kubectl -n shop rollout status deployment/back --timeout=30s'
r 'kubectl -n shop rollout history deployment/back'
r 'kubectl -n shop get replicasets -l app=back'
r 'kubectl -n shop rollout undo deployment/back'
r 'kubectl -n shop get deployment back -o jsonpath="{.spec.template.spec.containers[0].image}"; echo'
r 'kubectl version'
r 'kubectl cluster-info'
r 'kubectl api-versions'
r 'kubectl api-resources'
r 'kubectl config get-contexts'
r 'kubectl config view'
r 'kubectl explain deployment.spec.strategy'
r 'kubectl auth can-i list pods -n shop --as=system:serviceaccount:shop:front'
r 'kubectl auth can-i --list -n shop --as=system:serviceaccount:shop:front'
r 'kubectl get --raw /version'
r 'kubectl get --raw /livez?verbose'
r 'kubectl get --raw /apis/autoscaling'
r 'kubectl -n shop get pod nosuch'
r 'kubectl -n shop delete pod db-1'
r 'kubectl -n shop delete deployment back'
r 'kubectl -n shop delete service mail front'
r 'kubectl -n shop create configmap settings --from-literal=a=b'
r 'kubectl -n shop create token front | cut -d. -f1'
r 'kubectl -n shop annotate service back team=blue'
r 'kubectl -n shop get service back -o jsonpath="{.metadata.annotations}"'
r 'kubectl -n shop patch service back -p "{\"spec\":{\"ports\":[{\"port\":9081}]}}"'
r 'kubectl -n shop get service back'
r 'kubectl -n shop run once --image=busybox:1.36 --restart=Never -- true'
r 'kubectl -n shop get pod once'
r 'kubectl -n shop expose deployment front --port=8080 --target-port=80 --name=front2'
r 'kubectl -n shop create deployment web --image=nginx:1.27 --replicas=2 --dry-run=client -o yaml'
r 'kubectl get csr'
r 'kubectl get leases -n kube-system'
r 'kubectl get lease -n kube-node-lease -o yaml'
r 'kubectl get priorityclasses'
r 'kubectl get apiservices | head -12'
r 'kubectl get clusterroles --sort-by=.metadata.name | head -12'
r 'kubectl -n kube-system get all,configmaps'
S=$(kubectl config view --raw -o jsonpath='{.clusters[0].cluster.server}')
kubectl config view --raw -o jsonpath='{.clusters[0].cluster.certificate-authority-data}' | base64 -d > ca.crt
kubectl config view --raw -o jsonpath='{.users[0].user.client-certificate-data}' | base64 -d > c.crt
kubectl config view --raw -o jsonpath='{.users[0].user.client-key-data}' | base64 -d > c.key
[ -s ca.crt ] || cp $(kubectl config view --raw -o jsonpath='{.clusters[0].cluster.certificate-authority}') ca.crt
[ -s c.crt ] || { cp $(kubectl config view --raw -o jsonpath='{.users[0].user.client-certificate}') c.crt; cp $(kubectl config view --raw -o jsonpath='{.users[0].user.client-key}') c.key; }
export S
r 'curl -s --cacert ca.crt --cert c.crt --key c.key $S/version'
r 'curl -s -i --cacert ca.crt --cert c.crt --key c.key $S/version'
r 'curl -s -I --cacert ca.crt --cert c.crt --key c.key $S/api'
r 'curl -s -k -i $S/api/v1/namespaces/shop/pods'
r 'curl -s -v --cacert ca.crt --cert c.crt --key c.key $S/api'
r 'curl -s -v --http1.1 --cacert ca.crt --cert c.crt --key c.key $S/api/v1/namespaces/shop/services/db'
r 'curl -s --cacert ca.crt --cert c.crt --key c.key $S/api/v1/namespaces/shop/configmaps/settings'
r 'curl -s -o /dev/null -w "%{http_code}\n" -k $S/healthz'
r 'kubectl proxy --port=18001 >/dev/null 2>&1 & P=$!; sleep 1; curl -s -i localhost:18001/api/v1/namespaces/shop/services/edge; curl -s -i localhost:18001/nosuch; kill $P'
r 'kubectl -n shop logs db-0'
