package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"regexp"
	"strings"

	"github.com/blang/semver"
	"github.com/hashicorp/hcl/v2"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

type language struct {
	generate func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error)
	// What people write otherwise than the generator, in this order.
	rewrites []rewrite
	format   func([]byte) ([]byte, error)
	// All arguments come from an output, and not from a plain value.
	argsOfOutput bool
}

type rewrite struct {
	pattern *regexp.Regexp
	with    string
}

var languages = map[string]language{
	"python": {python.GenerateProgram, []rewrite{
		// PCL has no word for all arguments from one value.
		{regexp.MustCompile(`\ball_arguments=`), "**"},
		// Python tells whole numbers from others by itself.
		{regexp.MustCompile(`\bfloat\((\d+)\)`), "$1"},
		{regexp.MustCompile(`\boutput\((.*)\)\.apply\(lambda x: int\(x\)\)`), "$1"},
	}, func(text []byte) ([]byte, error) { return text, nil }, false},
	"go": {golang.GenerateProgram, []rewrite{
		// Outputs of objects have a method for each property.
		{regexp.MustCompile(`\.ApplyT\(func\(\w+ netns\.\w+\) \([\w.*]+, error\) \{\s*` +
			`return (?:netns\.\w+\()?\w+\.(\w+)\)?, nil\s*\}\)\.\([\w.]+\)`), ".$1()"},
		{regexp.MustCompile(`&netns\.\w+Args\{\s*AllArguments:\s*(.*),\s*\}`), "$1.Args()"},
	}, format.Source, true},
}

// Programs in PCL, by name, and the schema that they go by, from a file: the same in Python and Go to standard output.
func examples(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var given struct {
		Schema   schema.PackageSpec
		Programs map[string]string
	}
	if err := json.Unmarshal(text, &given); err != nil {
		return err
	}
	made := map[string]map[string]string{}
	for name, program := range given.Programs {
		made[name] = map[string]string{}
		for title, language := range languages {
			if made[name][title], err = translated(given.Schema, program, language); err != nil {
				return fmt.Errorf("the example of %s in %s: %w", name, title, err)
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(made)
}

// Each from a program and a package of its own: a generator changes what it is given.
func translated(spec schema.PackageSpec, program string, into language) (string, error) {
	pkg, err := bind(spec)
	if err != nil {
		return "", err
	}
	parser := syntax.NewParser()
	if err := parser.ParseFile(strings.NewReader(program), "main.pp"); err != nil {
		return "", err
	}
	if parser.Diagnostics.HasErrors() {
		return "", parser.Diagnostics
	}
	options := []pcl.BindOption{}
	if into.argsOfOutput && strings.Contains(program, "allArguments") {
		options = append(options, pcl.PreferOutputVersionedInvokes)
	}
	bound, _, err := pcl.BindProgram(parser.Files, only{pkg}, options...)
	if err != nil {
		return "", err
	}
	made, diagnostics, err := into.generate(bound)
	if err == nil && diagnostics.HasErrors() {
		err = diagnostics
	}
	if err != nil {
		return "", err
	}
	text := ""
	for _, content := range made {
		text += string(content)
	}
	for _, one := range into.rewrites {
		text = one.pattern.ReplaceAllString(text, one.with)
	}
	formatted, err := into.format([]byte(text))
	return strings.TrimSpace(string(formatted)), err
}

// A loader of the one package that there is.
type only struct{ pkg *schema.Package }

func (l only) LoadPackage(string, *semver.Version) (*schema.Package, error) { return l.pkg, nil }

func (l only) LoadPackageV2(context.Context, *schema.PackageDescriptor) (*schema.Package, error) {
	return l.pkg, nil
}

func (l only) LoadPackageReference(string, *semver.Version) (schema.PackageReference, error) {
	return l.pkg.Reference(), nil
}

func (l only) LoadPackageReferenceV2(context.Context, *schema.PackageDescriptor) (schema.PackageReference, error) {
	return l.pkg.Reference(), nil
}
