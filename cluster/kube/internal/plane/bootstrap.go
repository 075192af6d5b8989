package plane

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	schedulingv1 "k8s.io/kubernetes/pkg/apis/scheduling/v1"
	rbac "k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

// slowHooks are steps of the API server's start that wait for a second before
// they try for the first time, and that the controllers wait for in turn.
// bootstrap does their work.
var slowHooks = []string{"rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes"}

// bootstrap makes the roles, bindings and priority classes of a new cluster.
// It may be called again after an error.
func (p *Plane) bootstrap(ctx context.Context) error {
	for _, class := range schedulingv1.SystemPriorityClasses() {
		if err := made(p.Client.SchedulingV1().PriorityClasses().Create(ctx, class, metav1.CreateOptions{})); err != nil {
			return fmt.Errorf("make priority classes: %w", err)
		}
	}
	if err := p.clusterRoles(ctx); err != nil {
		return fmt.Errorf("make cluster roles: %w", err)
	}
	if err := p.namespaceRoles(ctx); err != nil {
		return fmt.Errorf("make roles: %w", err)
	}
	return nil
}

func (p *Plane) clusterRoles(ctx context.Context) error {
	for _, role := range append(rbac.ClusterRoles(), rbac.ControllerRoles()...) {
		if err := made(p.Client.RbacV1().ClusterRoles().Create(ctx, &role, metav1.CreateOptions{})); err != nil {
			return err
		}
	}
	for _, binding := range append(rbac.ClusterRoleBindings(), rbac.ControllerRoleBindings()...) {
		if err := made(p.Client.RbacV1().ClusterRoleBindings().Create(ctx, &binding, metav1.CreateOptions{})); err != nil {
			return err
		}
	}
	return nil
}

// namespaceRoles fails as long as there are no namespaces, which the API server
// makes meanwhile.
func (p *Plane) namespaceRoles(ctx context.Context) error {
	for namespace, roles := range rbac.NamespaceRoles() {
		for _, role := range roles {
			if err := made(p.Client.RbacV1().Roles(namespace).Create(ctx, &role, metav1.CreateOptions{})); err != nil {
				return err
			}
		}
	}
	for namespace, bindings := range rbac.NamespaceRoleBindings() {
		for _, binding := range bindings {
			if err := made(p.Client.RbacV1().RoleBindings(namespace).Create(ctx, &binding, metav1.CreateOptions{})); err != nil {
				return err
			}
		}
	}
	return nil
}

// made drops the error of something that exists already.
func made[T any](_ T, err error) error {
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}
